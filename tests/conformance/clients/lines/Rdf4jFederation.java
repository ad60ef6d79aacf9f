import java.net.URI;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.sail.memory.MemoryStore;

class Rdf4jFederation {
    public static void main(String[] args) throws Exception {
        var mine = new SailRepository(new MemoryStore());
        try (var connection = mine.getConnection()) {
            connection.add(URI.create("{{ document('ttl') }}").toURL(), RDFFormat.TURTLE);
            connection.prepareTupleQuery("""
                PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
                PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

                SELECT ?code ?name WHERE {
                  <{{ iri }}> ccua:standardAreaCode ?code .
                  SERVICE <{{ endpoint }}> { <{{ iri }}> skos:prefLabel ?name }
                  FILTER (LANG(?name) = "ja")
                }""").evaluate(new SPARQLResultsJSONWriter(System.out));
        }
        mine.shutDown();
    }
}
