import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;

class Rdf4jTable {
    public static void main(String[] args) {
        var repository = new SPARQLRepository("{{ endpoint }}");
        try (var connection = repository.getConnection()) {
            connection.prepareTupleQuery("""
{{ query | backslashes_doubled }}
""").evaluate(new SPARQLResultsJSONWriter(System.out));
        }
    }
}
