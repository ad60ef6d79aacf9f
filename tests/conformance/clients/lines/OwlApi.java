import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;

class OwlApi {
    public static void main(String[] args) throws Exception {
        var manager = OWLManager.createOWLOntologyManager();
        var ontology = manager.loadOntologyFromOntologyDocument(IRI.create("{{ base }}ns"));
        System.out.println("iri");
        ontology.classesInSignature().map(c -> c.getIRI().toString())
            .filter(iri -> iri.startsWith("https://w3id.org/jp-ccua/ns#"))
            .sorted().forEach(System.out::println);
    }
}
