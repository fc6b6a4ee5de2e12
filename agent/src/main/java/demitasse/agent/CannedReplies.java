package demitasse.agent;

import java.util.List;

/**
 * Replies that people who answer have written once and for all; the same for all of them. They are the shop's own words:
 * nothing in them is masked, and no session's end removes them. Text may have {@code {agent}} and {@code {customer}},
 * which the console fills in.
 */
public interface CannedReplies {
    /** @param id given when it is added */
    record Canned(long id, String title, String text) {}

    /** By title. */
    List<Canned> list();

    Canned add(String title, String text);

    /** @return false if there is no such reply */
    boolean edit(Canned reply);

    /** @return false if there is no such reply */
    boolean remove(long id);
}
