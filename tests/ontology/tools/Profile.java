// Says for each file whether it lies in OWL 2 DL and in OWL 2 RL, and what stands in the way.
// Prints one line "PROFILE <file> DL|RL true|false" a profile, one "VIOLATION …" a violation.

import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

public class Profile {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            OWLOntology ontology = OWLManager.createOWLOntologyManager()
                .loadOntologyFromOntologyDocument(new File(file));
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
