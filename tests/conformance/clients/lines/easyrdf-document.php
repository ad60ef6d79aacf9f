<?php
require 'EasyRdf/autoload.php';

// As Turtle: Debian's package asks for JSON-LD as well, and comes without its reader.
$graph = EasyRdf\Graph::newAndLoad('{{ document("ttl") }}');
echo $graph->serialise('ntriples');
