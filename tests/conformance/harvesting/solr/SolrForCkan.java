import org.apache.solr.client.solrj.embedded.JettyConfig;
import org.apache.solr.client.solrj.embedded.JettySolrRunner;

/** Solr over the home folder and on the port that are given. */
public class SolrForCkan {
    public static void main(String[] given) throws Exception {
        JettyConfig config = JettyConfig.builder().setContext("/solr").setPort(Integer.parseInt(given[1])).build();
        new JettySolrRunner(given[0], config).start();
        Thread.currentThread().join();
    }
}
