package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import demitasse.rag.Document;
import demitasse.rag.Hit;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowUpTest {
    private static Hit hit(String id, double evidence) {
        return new Hit(new Document(id, id, "", ""), 0.5, 0, 0.5, evidence, "");
    }

    private static List<String> ids(List<Hit> hits) {
        return hits.stream().map(hit -> hit.document().id()).toList();
    }

    /** "How much for a week?" after "How do I connect to the wifi?" */
    @Test
    void whatBothSearchesThinkWellOfComesFirst() {
        List<Hit> own = List.of(hit("fishing", 0.7), hit("wifi", -0.3), hit("post", -0.9));
        List<Hit> whole = List.of(hit("wifi", 0.7), hit("fishing", -5.6));
        List<Hit> fused = FollowUp.fuse(own, whole, false);
        assertEquals(List.of("wifi", "fishing", "post"), ids(fused));
        assertEquals(0.7, fused.getFirst().evidence(), 1e-9);
    }

    /** "Do you have a pool?" after "What does the cover cost?" */
    @Test
    void anotherSubjectIsAnotherSubject() {
        List<Hit> own = List.of(hit("pool", 5), hit("beach", -3), hit("cover", -9));
        List<Hit> whole = List.of(hit("cover", 2), hit("pool", -1));
        assertEquals(
                "pool", FollowUp.fuse(own, whole, true).getFirst().document().id());
        assertEquals(
                "pool", FollowUp.fuse(own, whole, false).getFirst().document().id());
    }

    @Test
    void withoutHitsTheOtherSearchStands() {
        List<Hit> some = List.of(hit("a", 1));
        assertEquals(some, FollowUp.fuse(List.of(), some, true));
        assertEquals(some, FollowUp.fuse(some, List.of(), true));
    }
}
