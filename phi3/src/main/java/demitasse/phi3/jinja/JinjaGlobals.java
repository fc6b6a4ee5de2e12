package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Callable;
import demitasse.phi3.jinja.JinjaObjects.Namespace;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions that every template sees: Jinja's, and the two that Hugging Face adds. */
final class JinjaGlobals {
    private final JinjaBudget budget;

    private JinjaGlobals(JinjaBudget budget) {
        this.budget = budget;
    }

    static void define(JinjaScope scope, JinjaBudget budget, Clock clock) {
        JinjaGlobals globals = new JinjaGlobals(budget);
        scope.set("range", (Callable) globals::range);
        scope.set("dict", (Callable) globals::dict);
        scope.set("namespace", (Callable) arguments -> {
            Namespace namespace = new Namespace();
            globals.dict(arguments).forEach((key, value) -> namespace.values().put(JinjaValues.text(key), value));
            return namespace;
        });
        scope.set("joiner", (Callable) JinjaGlobals::joiner);
        scope.set("cycler", (Callable) arguments -> new JinjaCycler(arguments.positional()));
        scope.set("raise_exception", (Callable) arguments -> {
            throw ChatTemplateException.raised(arguments.text(0, "message", ""));
        });
        scope.set("strftime_now", (Callable)
                arguments -> JinjaDates.format(arguments.text(0, "format", ""), clock, budget));
    }

    private List<Object> range(Arguments arguments) {
        long[] bounds =
                arguments.positional().stream().mapToLong(JinjaNumbers::whole).toArray();
        if (bounds.length < 1 || bounds.length > 3) {
            throw ChatTemplateException.failed("range expects one to three arguments");
        }
        long start = bounds.length == 1 ? 0 : bounds[0];
        long stop = bounds.length == 1 ? bounds[0] : bounds[1];
        long step = bounds.length == 3 ? bounds[2] : 1;
        if (step == 0) {
            throw ChatTemplateException.failed("range's step must not be zero");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i = next(i, step)) {
            budget.step();
            if (numbers.size() == JinjaBudget.LONGEST_RANGE) {
                throw ChatTemplateException.failed("a range holds more than " + JinjaBudget.LONGEST_RANGE + " numbers");
            }
            numbers.add(i);
        }
        return numbers;
    }

    /** Stays at the end of the numbers instead of starting anew below. */
    private static long next(long at, long step) {
        long next = at + step;
        return step > 0 == next > at ? next : step > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }

    private Map<Object, Object> dict(Arguments arguments) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (!arguments.positional().isEmpty()) {
            Object first = arguments.positional().getFirst();
            if (first instanceof Map<?, ?> given) {
                map.putAll(given);
            } else {
                for (Object item : JinjaValues.items(first, budget)) {
                    List<Object> pair = JinjaValues.items(item, budget);
                    if (pair.size() != 2) {
                        throw ChatTemplateException.failed("dict expects pairs");
                    }
                    map.put(JinjaOperators.key(pair.get(0)), pair.get(1));
                }
            }
        }
        budget.spend(map.size());
        map.putAll(arguments.named());
        return map;
    }

    private static Callable joiner(Arguments arguments) {
        String separator = arguments.text(0, "sep", ", ");
        boolean[] used = {false};
        return call -> {
            String text = used[0] ? separator : "";
            used[0] = true;
            return text;
        };
    }
}
