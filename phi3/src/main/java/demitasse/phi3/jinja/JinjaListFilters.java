package demitasse.phi3.jinja;

import demitasse.phi3.jinja.JinjaObjects.Arguments;
import demitasse.phi3.jinja.JinjaObjects.Generator;
import demitasse.phi3.jinja.JinjaObjects.Tuple;
import demitasse.phi3.jinja.JinjaObjects.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Jinja's filters of sequences and mappings. */
final class JinjaListFilters {
    private static final List<String> GROUP = List.of("grouper", "list");

    private final JinjaBudget budget;
    private final JinjaMembers members;
    private final JinjaOperators operators;
    private final JinjaTests tests;
    private final JinjaFilters filters;

    JinjaListFilters(
            JinjaBudget budget,
            JinjaMembers members,
            JinjaOperators operators,
            JinjaTests tests,
            JinjaFilters filters) {
        this.budget = budget;
        this.members = members;
        this.operators = operators;
        this.tests = tests;
        this.filters = filters;
    }

    Object apply(String name, Object value, Arguments arguments) {
        return switch (name) {
            case "list" -> items(value);
            case "join" -> join(value, arguments);
            case "first" ->
                value instanceof Generator generator
                        ? generator.next(new Undefined("the first item of an empty sequence"))
                        : end(items(value), true);
            case "last" -> end(items(value), false);
            case "map" -> map(present(value), arguments);
            case "select" -> select(present(value), arguments, false, true);
            case "reject" -> select(present(value), arguments, false, false);
            case "selectattr" -> select(present(value), arguments, true, true);
            case "rejectattr" -> select(present(value), arguments, true, false);
            case "items" -> pairs(value);
            case "dictsort" -> dictSort(value, arguments);
            case "sort" -> sort(value, arguments);
            case "unique" -> unique(value, arguments);
            case "reverse" -> reverse(value);
            case "sum" -> sum(value, arguments);
            case "min" -> extreme(value, arguments, 1);
            case "max" -> extreme(value, arguments, -1);
            case "batch" -> batch(value, arguments);
            case "slice" -> slice(value, arguments);
            case "groupby" -> group(value, arguments);
            case "attr" -> members.attribute(value, arguments.text(0, "name", ""));
            default -> throw ChatTemplateException.failed("no filter named '" + name + "'");
        };
    }

    /** These filters take None and all else that is false for an empty sequence. */
    private static Object present(Object value) {
        return JinjaValues.truth(value) ? value : List.of();
    }

    private List<Object> items(Object value) {
        return JinjaValues.items(value, budget);
    }

    private static Object end(List<Object> items, boolean first) {
        return items.isEmpty()
                ? new Undefined("an item of an empty sequence")
                : first ? items.getFirst() : items.getLast();
    }

    /** What {@code attribute='a.b.0'} reads; the value itself where there is no such argument. */
    private UnaryOperator<Object> reader(Object attribute, Object otherwise) {
        if (attribute == null) {
            return value -> value;
        }
        return value -> {
            Object found = value;
            for (String part : JinjaValues.text(attribute).split("\\.")) {
                boolean index =
                        !part.isEmpty() && part.length() < 10 && part.chars().allMatch(Character::isDigit);
                found = members.item(found, index ? (Object) Long.valueOf(part) : part);
                if (found instanceof Undefined && otherwise != null) {
                    return otherwise;
                }
            }
            return found;
        };
    }

    private Object folded(Object value, boolean caseSensitive) {
        Object plain = JinjaValues.plain(value);
        return plain instanceof String text && !caseSensitive ? JinjaStrings.lower(text) : plain;
    }

    private String join(Object value, Arguments arguments) {
        String separator = arguments.text(0, "d", "");
        UnaryOperator<Object> reader = reader(arguments.get(1, "attribute", null), null);
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Object item : items(value)) {
            out.append(first ? "" : separator).append(JinjaValues.text(reader.apply(item)));
            budget.limit(out.length());
            first = false;
        }
        budget.text(out.length());
        return out.toString();
    }

    private Generator map(Object value, Arguments arguments) {
        List<Object> mapped = new ArrayList<>();
        if (arguments.positional().isEmpty()) {
            UnaryOperator<Object> reader =
                    reader(arguments.required(0, "attribute"), arguments.named().get("default"));
            items(value).forEach(item -> mapped.add(reader.apply(item)));
        } else {
            String name = arguments.text(0, "filter", "");
            Arguments rest = arguments.from(1);
            items(value).forEach(item -> mapped.add(filters.apply(name, item, rest)));
        }
        return JinjaFilters.generator(mapped);
    }

    private Generator select(Object value, Arguments arguments, boolean attribute, boolean wanted) {
        UnaryOperator<Object> reader = reader(attribute ? arguments.required(0, "attribute") : null, null);
        Arguments rest = attribute ? arguments.from(1) : arguments;
        String test = rest.positional().isEmpty() ? null : rest.text(0, "test", "");
        Arguments testArguments = rest.from(1);
        List<Object> selected = new ArrayList<>();
        for (Object item : items(value)) {
            Object read = JinjaValues.plain(reader.apply(item));
            boolean holds = test == null ? JinjaValues.truth(read) : tests.holds(test, read, testArguments);
            if (holds == wanted) {
                selected.add(item);
            }
        }
        return JinjaFilters.generator(selected);
    }

    private Generator pairs(Object value) {
        if (value instanceof Undefined) {
            return JinjaFilters.generator(List.of());
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw ChatTemplateException.failed("can only get item pairs from a mapping");
        }
        return JinjaFilters.generator(members.items(map));
    }

    private List<Object> dictSort(Object value, Arguments arguments) {
        if (!(value instanceof Map<?, ?> map)) {
            throw ChatTemplateException.failed("can only sort the items of a mapping");
        }
        boolean caseSensitive = arguments.flag(0, "case_sensitive");
        int part = arguments.text(1, "by", "key").equals("value") ? 1 : 0;
        return sorted(
                members.items(map),
                (a, b) -> order(((Tuple) a).get(part), ((Tuple) b).get(part), caseSensitive),
                arguments.flag(2, "reverse"));
    }

    private int order(Object left, Object right, boolean caseSensitive) {
        return JinjaValues.compare(folded(left, caseSensitive), folded(right, caseSensitive), budget);
    }

    private static List<Object> sorted(List<Object> items, Comparator<Object> order, boolean reverse) {
        items.sort(reverse ? order.reversed() : order);
        return items;
    }

    private List<Object> sort(Object value, Arguments arguments) {
        boolean caseSensitive = arguments.flag(1, "case_sensitive");
        Object attributes = arguments.get(2, "attribute", null);
        Comparator<Object> order = null;
        for (String attribute : attributes == null
                ? new String[] {null}
                : JinjaValues.text(attributes).split(",")) {
            UnaryOperator<Object> reader = reader(attribute, null);
            Comparator<Object> next = (a, b) -> order(reader.apply(a), reader.apply(b), caseSensitive);
            order = order == null ? next : order.thenComparing(next);
        }
        return sorted(new ArrayList<>(items(value)), order, arguments.flag(0, "reverse"));
    }

    private Generator unique(Object value, Arguments arguments) {
        boolean caseSensitive = arguments.flag(0, "case_sensitive");
        UnaryOperator<Object> reader = reader(arguments.get(1, "attribute", null), null);
        Set<Object> seen = new HashSet<>();
        List<Object> kept = new ArrayList<>();
        for (Object item : items(value)) {
            if (seen.add(JinjaOperators.key(folded(reader.apply(item), caseSensitive)))) {
                kept.add(item);
            }
        }
        return JinjaFilters.generator(kept);
    }

    private Object reverse(Object value) {
        if (value instanceof String text) {
            budget.text(text.length());
            return new StringBuilder(text).reverse().toString();
        }
        List<Object> items = new ArrayList<>(items(value));
        Collections.reverse(items);
        return JinjaFilters.generator(items);
    }

    private Object sum(Object value, Arguments arguments) {
        UnaryOperator<Object> reader = reader(arguments.get(0, "attribute", null), null);
        Object sum = arguments.get(1, "start", 0L);
        for (Object item : items(value)) {
            sum = operators.calculate("+", sum, reader.apply(item));
        }
        return sum;
    }

    private Object extreme(Object value, Arguments arguments, int sign) {
        boolean caseSensitive = arguments.flag(0, "case_sensitive");
        UnaryOperator<Object> reader = reader(arguments.get(1, "attribute", null), null);
        Object best = new Undefined("an item of an empty sequence");
        for (Object item : items(value)) {
            if (best instanceof Undefined || sign * order(reader.apply(item), reader.apply(best), caseSensitive) < 0) {
                best = item;
            }
        }
        return best;
    }

    private Generator batch(Object value, Arguments arguments) {
        int size = Math.clamp(arguments.integer(0, "linecount", 1), 1, JinjaBudget.LONGEST_RANGE);
        Object fill = arguments.get(1, "fill_with", null);
        List<Object> batches = new ArrayList<>();
        List<Object> items = items(value);
        for (int start = 0; start < items.size(); start += size) {
            List<Object> batch = new ArrayList<>(items.subList(start, Math.min(start + size, items.size())));
            if (fill != null) {
                budget.spend(size);
                batch.addAll(Collections.nCopies(size - batch.size(), fill));
            }
            batches.add(batch);
        }
        return JinjaFilters.generator(batches);
    }

    private Generator slice(Object value, Arguments arguments) {
        List<Object> items = items(value);
        int count = Math.max(1, arguments.integer(0, "slices", 1));
        Object fill = arguments.get(1, "fill_with", null);
        budget.spend(count);
        List<Object> slices = new ArrayList<>();
        int longer = items.size() % count;
        int start = 0;
        for (int i = 0; i < count; i++) {
            int end = start + items.size() / count + (i < longer ? 1 : 0);
            List<Object> slice = new ArrayList<>(items.subList(start, end));
            if (fill != null && i >= longer) {
                slice.add(fill);
            }
            slices.add(slice);
            start = end;
        }
        return JinjaFilters.generator(slices);
    }

    private List<Object> group(Object value, Arguments arguments) {
        UnaryOperator<Object> reader = reader(arguments.required(0, "attribute"), arguments.get(1, "default", null));
        boolean caseSensitive = arguments.flag(2, "case_sensitive");
        List<Object> groups = new ArrayList<>();
        Object key = null;
        List<Object> group = null;
        List<Object> sorted = sorted(
                new ArrayList<>(items(value)), (a, b) -> order(reader.apply(a), reader.apply(b), caseSensitive), false);
        for (Object item : sorted) {
            Object next = reader.apply(item);
            if (group == null || !JinjaValues.equal(folded(key, caseSensitive), folded(next, caseSensitive), budget)) {
                group = new ArrayList<>();
                key = next;
                List<Object> pair = new ArrayList<>();
                pair.add(key);
                pair.add(group);
                groups.add(new Tuple(pair, GROUP));
            }
            group.add(item);
        }
        return groups;
    }
}
