package demitasse.agent.pii;

import java.util.List;

/** One kind of personal data and how to find it. Rules may overlap; {@link PiiFilter} decides between them. */
interface PiiRule {
    /** Found data; offsets in UTF-16 units, as {@link String} counts. */
    record Match(String type, int start, int end) {
        int length() {
            return end - start;
        }
    }

    List<Match> find(String text);
}
