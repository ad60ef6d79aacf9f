use strict;
use warnings;
use JSON::PP;
use RDF::Query::Client;

my $query = RDF::Query::Client->new(<<'SPARQL');
{{ query }}
SPARQL
my $rows = $query->execute('{{ endpoint }}') or die $query->error;
my @table;
while (my $row = $rows->next) {
    push @table, { map { $_ => $row->{$_}->value } grep { $row->{$_} } keys %$row };
}
print JSON::PP->new->pretty->encode(\@table);
