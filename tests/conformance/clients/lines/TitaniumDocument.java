import com.apicatalog.jsonld.JsonLd;
import com.apicatalog.rdf.Rdf;
import com.apicatalog.jsonld.http.media.MediaType;

class TitaniumDocument {
    public static void main(String[] args) throws Exception {
        var statements = JsonLd.toRdf("{{ document('jsonld') }}").get();
        Rdf.createWriter(MediaType.N_QUADS, System.out).write(statements);
    }
}
