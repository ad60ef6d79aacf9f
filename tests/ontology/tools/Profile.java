// Says for each file whether it lies in OWL 2 DL and in OWL 2 RL, and what stands in the way.
// A word IRI=FILE says where an ontology that others import is read; nothing is asked of any network.
// Prints one line "PROFILE <file> DL|RL true|false" a profile, one "VIOLATION …" a violation.

import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.util.SimpleIRIMapper;

public class Profile {
    public static void main(String[] words) throws Exception {
        for (String file : words) {
            if (file.contains("=")) {
                continue;
            }
            OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
            for (String word : words) {
                int equals = word.indexOf('=');
                if (equals > 0) {
                    manager.getIRIMappers().add(new SimpleIRIMapper(
                        IRI.create(word.substring(0, equals)),
                        IRI.create(new File(word.substring(equals + 1)))));
                }
            }
            OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(file));
            for (OWLProfile profile : new OWLProfile[] {new OWL2DLProfile(), new OWL2RLProfile()}) {
                OWLProfileReport report = profile.checkOntology(ontology);
                String name = profile instanceof OWL2DLProfile ? "DL" : "RL";
                System.out.println("PROFILE " + file + " " + name + " " + report.isInProfile());
                for (OWLProfileViolation violation : report.getViolations()) {
                    String said = violation.toString().replace('\n', ' ');
                    System.out.println("VIOLATION " + file + " " + name + " " + said);
                }
            }
        }
    }
}
