package demitasse.phi3.grammar;

import demitasse.phi3.grammar.RuleBuilder.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Arrays: the first items one by one, all of them, then the others, which are alike. */
final class SchemaArrays {
    private final SchemaConverter converter;
    private final RuleBuilder builder;

    SchemaArrays(SchemaConverter converter, RuleBuilder builder) {
        this.converter = converter;
        this.builder = builder;
    }

    /** @param others the schema of all after the first ones; null if nothing is said about them */
    record Items(List<?> first, Object others) {}

    static Items items(Map<?, ?> schema) {
        Object items = schema.get("items");
        if (items instanceof List<?> tuple) {
            return new Items(tuple, schema.get("additionalItems"));
        }
        Object others = items != null ? items : schema.get("unevaluatedItems");
        return new Items(schema.containsKey("prefixItems") ? Keywords.list(schema, "prefixItems") : List.of(), others);
    }

    List<Element> array(Map<?, ?> schema) {
        Items items = items(schema);
        int min = Keywords.count(schema, "minItems", 0);
        int max = Keywords.count(schema, "maxItems", RuleBuilder.UNBOUNDED);
        if (max != RuleBuilder.UNBOUNDED && max < min) {
            throw new GrammarException("JSON Schema: maxItems " + max + " is below minItems " + min);
        }
        int first = items.first().size();
        if (Boolean.FALSE.equals(items.others())) {
            if (min > first) {
                return SchemaConverter.impossible();
            }
            max = max == RuleBuilder.UNBOUNDED ? first : Math.min(max, first);
        }
        if (Boolean.TRUE.equals(schema.get("uniqueItems")) && (max == RuleBuilder.UNBOUNDED || max > 1)) {
            throw Keywords.refused("uniqueItems");
        }
        if (max == 0) {
            return converter.bracketed("[", List.of(), "]");
        }
        return converter.bracketed("[", first == 0 ? alike(items.others(), min, max) : tuple(items, min, max), "]");
    }

    private List<Element> alike(Object of, int min, int max) {
        List<Element> item = builder.choice(List.of(of == null ? converter.any() : converter.visit(of)));
        List<Element> more = builder.repeat(
                RuleBuilder.sequence(converter.comma(), item),
                Math.max(0, min - 1),
                max == RuleBuilder.UNBOUNDED ? max : max - 1);
        List<Element> all = RuleBuilder.sequence(item, more);
        return min == 0 ? builder.optional(all) : all;
    }

    private List<Element> tuple(Items items, int min, int max) {
        int size = max == RuleBuilder.UNBOUNDED
                ? items.first().size()
                : Math.min(max, items.first().size());
        List<Element> all = new ArrayList<>();
        for (Object item : items.first().subList(0, size)) {
            all.addAll(all.isEmpty() ? List.of() : converter.comma());
            all.addAll(converter.visit(item));
        }
        int least = Math.max(0, min - size);
        // Others that nothing is said about come only where they must.
        boolean said = items.others() != null;
        int most = !said ? least : max == RuleBuilder.UNBOUNDED ? max : max - size;
        if (most != 0) {
            List<Element> other = said ? converter.visit(items.others()) : converter.any();
            all.addAll(builder.repeat(RuleBuilder.sequence(converter.comma(), other), least, most));
        }
        return all;
    }
}
