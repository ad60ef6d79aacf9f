<?php
require 'EasyRdf/autoload.php';

$client = new EasyRdf\Sparql\Client('{{ endpoint }}');
$rows = $client->query(<<<'SPARQL'
{{ query }}
SPARQL);
$table = [];
foreach ($rows as $row) {
    $table[] = array_map('strval', (array) $row);
}
echo json_encode($table, JSON_UNESCAPED_UNICODE | JSON_PRETTY_PRINT);
