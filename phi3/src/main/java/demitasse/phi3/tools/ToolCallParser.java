package demitasse.phi3.tools;

import demitasse.phi3.tools.ToolForm.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the calls out of a stream of text. Plain text is given out at once, but never a part of what may still become a
 * call; what turns out to be none is given out as it stands. Calls of functions that were not offered are none.
 */
public final class ToolCallParser {
    /** As OpenAI allows them, and some more. */
    private static final Pattern NAME = Pattern.compile("[\\w.:-]{0,64}");

    private static final int MORE = -1;
    private static final int NO_CALL = -2;
    /** From here on a call that is not complete is looked at again only where something in it ends. */
    private static final int SHORT_CALL = 256;

    private final List<Mark> marks;
    private final CallReader reader;
    private final List<ToolCall> calls = new ArrayList<>();
    private final StringBuilder held = new StringBuilder();
    /** Nothing but white space and calls so far: JSON may be a call without marks. */
    private boolean bare = true;
    /** Whether the held text is the beginning of a call. */
    private boolean waiting;

    /** @param ids makes the ids of the calls */
    public ToolCallParser(ToolForm form, Tools tools, Supplier<String> ids) {
        marks = form.marks();
        reader = new CallReader(tools.names(), ids);
    }

    /** Takes the next piece and returns the text that can be given out. */
    public String next(String piece) {
        held.append(piece);
        boolean mayEnd = held.length() < SHORT_CALL || piece.chars().anyMatch(c -> "}]>".indexOf(c) >= 0);
        return waiting && !mayEnd ? "" : drain(false);
    }

    /** The rest of the text, at the end of the stream. */
    public String finish() {
        String rest = onlyBetweenCalls() ? "" : drain(true);
        return rest.isBlank() && !calls.isEmpty() ? "" : rest;
    }

    /** All calls so far. */
    public List<ToolCall> calls() {
        return List.copyOf(calls);
    }

    private String drain(boolean end) {
        StringBuilder out = new StringBuilder();
        waiting = false;
        while (!waiting && !held.isEmpty()) {
            Opening opening = opening();
            if (opening == null) {
                give(held.length() - (end ? 0 : heldBack()), out);
                break;
            }
            int callEnd = callEnd(opening, end);
            if (callEnd == NO_CALL) {
                give(opening.end(), out);
            } else {
                int text = opening.mark() == null ? 0 : withoutSpace(opening.start());
                waiting = callEnd == MORE;
                String call = waiting ? held.substring(text) : held.substring(callEnd);
                give(text, out);
                held.setLength(0);
                held.append(call);
            }
        }
        return out.toString();
    }

    /** The first {@code count} held characters are text. */
    private void give(int count, StringBuilder out) {
        String text = held.substring(0, count);
        bare &= text.isBlank();
        out.append(text);
        held.delete(0, count);
    }

    /** Where a call may begin, and where its mark ends. @param mark null before JSON without marks */
    private record Opening(int start, int end, Mark mark) {}

    private Opening opening() {
        int first = bare ? firstOfJson() : -1;
        if (first >= 0) {
            return new Opening(first, first + 1, null);
        }
        Opening earliest = null;
        for (Mark mark : marks) {
            int at = held.indexOf(mark.open());
            if (at >= 0 && (earliest == null || at < earliest.start())) {
                earliest = new Opening(at, at + mark.open().length(), mark);
            }
        }
        return earliest;
    }

    /** Where JSON begins that nothing but space stands before, or what models put between calls; or -1. */
    private int firstOfJson() {
        int at = betweenCalls();
        return at < held.length() && (held.charAt(at) == '{' || held.charAt(at) == '[') ? at : -1;
    }

    /** Length of what the held text begins with that may stand before or between calls. */
    private int betweenCalls() {
        int at = 0;
        while (at < held.length() && (Character.isWhitespace(held.charAt(at)) || isSeparator(held.charAt(at)))) {
            at++;
        }
        return at;
    }

    private boolean onlyBetweenCalls() {
        return bare && !calls.isEmpty() && betweenCalls() == held.length();
    }

    private boolean isSeparator(char c) {
        return !calls.isEmpty() && (c == ';' || c == ',');
    }

    /** Where the call ends, which is then among the calls; or {@link #MORE} or {@link #NO_CALL}. */
    private int callEnd(Opening opening, boolean end) {
        String text = held.toString();
        Mark mark = opening.mark();
        try {
            JsonReader in;
            List<ToolCall> found;
            if (mark != null && mark.open().equals(Mark.FUNCTION)) {
                Matcher name = NAME.matcher(text).region(opening.end(), text.length());
                if (!name.lookingAt()) {
                    return NO_CALL;
                }
                if (name.end() == text.length() || text.charAt(name.end()) != '>') {
                    return name.end() == text.length() && !end ? MORE : NO_CALL;
                }
                in = new JsonReader(text, name.end() + 1);
                found = List.of(reader.read(in, name.group()));
            } else {
                in = new JsonReader(text, mark == null ? opening.start() : opening.end());
                found = reader.read(in, mark == null);
            }
            int callEnd = in.at();
            if (mark != null && !mark.close().isEmpty()) {
                in.skipSpace();
                if (text.startsWith(mark.close(), in.at())) {
                    callEnd = in.at() + mark.close().length();
                } else if (!end && mark.close().startsWith(text.substring(in.at()))) {
                    return MORE;
                }
            }
            calls.addAll(found);
            return callEnd;
        } catch (JsonReader.Broken e) {
            return e.truncated() && !end ? MORE : NO_CALL;
        }
    }

    /** The end of the held text that may become the beginning of a call, with the space before it. */
    private int heldBack() {
        if (onlyBetweenCalls()) {
            return held.length();
        }
        int longest = 0;
        for (Mark mark : marks) {
            for (int n = Math.min(mark.open().length() - 1, held.length()); n > longest; n--) {
                if (mark.open().startsWith(held.substring(held.length() - n))) {
                    longest = n;
                }
            }
        }
        return held.length() - withoutSpace(held.length() - longest);
    }

    /** Where the space before a place begins. */
    private int withoutSpace(int place) {
        int at = place;
        while (at > 0 && Character.isWhitespace(held.charAt(at - 1))) {
            at--;
        }
        return at;
    }
}
