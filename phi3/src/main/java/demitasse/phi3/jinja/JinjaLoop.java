package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Callable;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import java.util.List;

/** The variable {@code loop}. */
final class JinjaLoop implements Callable {
    private final List<Object> items;
    private final int depth;
    private final Callable recursion;
    private final JinjaBudget budget;
    private int index;
    private Object last;
    private boolean changedBefore;

    /** @param recursion what {@code loop(items)} does, or null where the loop is not recursive */
    JinjaLoop(List<Object> items, int depth, Callable recursion, JinjaBudget budget) {
        this.items = items;
        this.depth = depth;
        this.recursion = recursion;
        this.budget = budget;
    }

    void at(int position) {
        index = position;
    }

    int depth() {
        return depth;
    }

    Object attribute(String name) {
        int size = items.size();
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) size - index;
            case "revindex0" -> size - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == size - 1;
            case "length" -> (long) size;
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item: it");
            case "nextitem" -> index + 1 < size ? items.get(index + 1) : new Undefined("there is no next item: it");
            case "cycle" -> (Callable) this::cycle;
            case "changed" -> (Callable) this::changed;
            default -> new Undefined("'loop." + name + "'");
        };
    }

    private Object cycle(Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            throw ChatTemplateException.failed("no items for cycling given");
        }
        return arguments.positional().get(index % arguments.positional().size());
    }

    private Object changed(Arguments arguments) {
        boolean changed = !changedBefore || !JinjaValues.equal(last, arguments.positional(), budget);
        changedBefore = true;
        last = arguments.positional();
        return changed;
    }

    @Override
    public Object call(Arguments arguments) {
        if (recursion == null) {
            throw ChatTemplateException.failed("the loop is not recursive");
        }
        return recursion.call(arguments);
    }
}
