import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.riot.RDFDataMgr;

class JenaFederation {
    public static void main(String[] args) {
        var mine = RDFDataMgr.loadModel("{{ document('ttl') }}");
        try (var execution = QueryExecutionFactory.create("""
            PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
            PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

            SELECT ?code ?name WHERE {
              <{{ iri }}> ccua:standardAreaCode ?code .
              SERVICE <{{ endpoint }}> { <{{ iri }}> skos:prefLabel ?name }
              FILTER (LANG(?name) = "ja")
            }""", mine)) {
            ResultSetFormatter.outputAsJSON(execution.execSelect());
        }
    }
}
