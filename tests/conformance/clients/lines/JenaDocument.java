import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFFormat;

class JenaDocument {
    public static void main(String[] args) {
        var data = RDFDataMgr.loadDataset("{{ document(suffix) }}");
        RDFDataMgr.write(System.out, data, RDFFormat.NQUADS);
    }
}
