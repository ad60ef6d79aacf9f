// Asks a DL reasoner about each file: "openllet" (knows xsd:date, for terms with data) or
// "hermit" (for terms alone). Prints one line "CONSISTENT <file> true|false" a file and one
// "UNSATISFIABLE <file> <class>" a class that nothing can belong to.

import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.reasoner.OWLReasoner;
import org.semanticweb.owlapi.reasoner.OWLReasonerFactory;

public class Reason {
    public static void main(String[] words) throws Exception {
        OWLReasonerFactory factory = words[0].equals("hermit")
            ? new org.semanticweb.HermiT.ReasonerFactory()
            : openllet.owlapi.OpenlletReasonerFactory.getInstance();
        for (int i = 1; i < words.length; i++) {
            OWLOntology ontology = OWLManager.createOWLOntologyManager()
                .loadOntologyFromOntologyDocument(new File(words[i]));
            OWLReasoner reasoner = factory.createReasoner(ontology);
            boolean consistent = reasoner.isConsistent();
            System.out.println("CONSISTENT " + words[i] + " " + consistent);
            if (consistent && words[0].equals("hermit")) {
                for (OWLClass bottom : reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()) {
                    System.out.println("UNSATISFIABLE " + words[i] + " " + bottom.getIRI());
                }
            }
            reasoner.dispose();
        }
    }
}
