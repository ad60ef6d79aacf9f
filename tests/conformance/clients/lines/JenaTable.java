import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.sparql.exec.http.QueryExecutionHTTP;

class JenaTable {
    public static void main(String[] args) {
        try (var execution = QueryExecutionHTTP.service("{{ endpoint }}").query("""
{{ query | backslashes_doubled }}
""").build()) {
            ResultSetFormatter.outputAsJSON(execution.execSelect());
        }
    }
}
