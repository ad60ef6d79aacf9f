import java.net.URI;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.Rio;

class Rdf4jDocument {
    public static void main(String[] args) throws Exception {
        var address = "{{ document(suffix) }}";
        var format = Rio.getParserFormatForFileName(address).orElseThrow();
        try (var input = URI.create(address).toURL().openStream()) {
            Rio.write(Rio.parse(input, address, format), System.out, RDFFormat.NQUADS);
        }
    }
}
