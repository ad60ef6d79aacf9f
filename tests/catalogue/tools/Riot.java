import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.system.StreamRDF;
import org.apache.jena.riot.system.StreamRDFWriter;
import org.apache.jena.sys.JenaSystem;

/**
 * What the command riot does, for many files in one machine: reads each with Jena and writes its
 * statements as N-Quads, the first to 1.nq of the folder that is named first, and so on. A file
 * that cannot be read is told of with its name; the others are read all the same.
 */
class Riot {
    public static void main(String[] words) throws Exception {
        JenaSystem.init(); // its classes need each other: this is the order in which they come
        int unread = 0;
        for (int i = 1; i < words.length; i++) {
            try (OutputStream out = Files.newOutputStream(Path.of(words[0], i + ".nq"))) {
                StreamRDF sink = StreamRDFWriter.getWriterStream(out, Lang.NQUADS);
                RDFParser.source(words[i]).parse(sink);
                sink.finish(); // the reader of JSON-LD leaves this to its caller
            } catch (RuntimeException error) {
                System.err.println(words[i] + ": " + error);
                Files.delete(Path.of(words[0], i + ".nq"));
                unread++;
            }
        }
        System.exit(unread == 0 ? 0 : 1);
    }
}
