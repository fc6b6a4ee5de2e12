package demitasse.convert;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.gguf.GgufValue;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Chat templates: in tokenizer_config.json, or beside it in chat_template.jinja or chat_template.json. */
final class ChatTemplates {
    private static final String KEY = "tokenizer.chat_template";
    private static final String FIELD = "chat_template";

    private ChatTemplates() {}

    static void addTo(Map<String, GgufValue> keys, HfFolder folder, JsonFile tokenizerConfig) throws IOException {
        JsonNode template = tokenizerConfig.root().path(FIELD);
        if (template.isTextual()) {
            keys.put(KEY, GgufValue.string(template.textValue()));
        } else if (template.isArray()) {
            named(keys, template);
        } else if (folder.has("chat_template.jinja")) {
            keys.put(KEY, GgufValue.string(folder.text("chat_template.jinja")));
        } else {
            folder.json("chat_template.json").text(FIELD).ifPresent(text -> keys.put(KEY, GgufValue.string(text)));
        }
    }

    /** Several templates: the one called default, and the others under their names. */
    private static void named(Map<String, GgufValue> keys, JsonNode templates) {
        Set<String> names = new TreeSet<>();
        for (JsonNode choice : templates) {
            String name = choice.path("name").asText("").replaceAll("[^A-Za-z0-9]", "_");
            JsonNode text = choice.path("template");
            if (name.isEmpty() || !text.isTextual()) {
                continue;
            }
            if (name.equals("default")) {
                keys.put(KEY, GgufValue.string(text.textValue()));
            } else {
                names.add(name);
                keys.put(KEY + "." + name, GgufValue.string(text.textValue()));
            }
        }
        if (!names.isEmpty()) {
            keys.put("tokenizer.chat_templates", GgufValue.strings(names.toArray(String[]::new)));
        }
    }
}
