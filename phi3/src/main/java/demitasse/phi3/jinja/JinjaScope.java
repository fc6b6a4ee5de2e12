package demitasse.phi3.jinja;

import java.util.HashMap;
import java.util.Map;

/** Variables, seen through to those around them; setting one never reaches outside. */
final class JinjaScope {
    private final JinjaScope around;
    private final Map<String, Object> values = new HashMap<>();

    JinjaScope(JinjaScope around) {
        this.around = around;
    }

    Object get(String name) {
        for (JinjaScope scope = this; scope != null; scope = scope.around) {
            Object value = scope.values.get(name);
            if (value != null || scope.values.containsKey(name)) {
                return value;
            }
        }
        return new JinjaObjects.Undefined("'" + name + "'");
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
