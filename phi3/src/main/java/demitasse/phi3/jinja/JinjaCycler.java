package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Callable;
import java.util.List;

/** What {@code cycler(a, b)} gives: its items in turn, for ever. */
final class JinjaCycler {
    private final List<Object> items;
    private int at;

    JinjaCycler(List<Object> items) {
        if (items.isEmpty()) {
            throw ChatTemplateException.failed("no items for cycling given");
        }
        this.items = items;
    }

    /** Null if there is none of this name. */
    Object attribute(String name) {
        return switch (name) {
            case "current" -> items.get(at);
            case "next" ->
                (Callable) arguments -> {
                    Object item = items.get(at);
                    at = (at + 1) % items.size();
                    return item;
                };
            case "reset" ->
                (Callable) arguments -> {
                    at = 0;
                    return null;
                };
            default -> null;
        };
    }
}
