package demitasse.phi3;

import com.code_intelligence.jazzer.junit.FuzzTest;
import demitasse.phi3.jinja.ChatTemplateException;
import demitasse.phi3.jinja.ChatTemplateRenderer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text as a chat template, any text in the conversation: a rendering, or a {@link ChatTemplateException}. */
final class TemplateFuzz {
    private static final int EXECUTIONS = 5000;
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    static Stream<Arguments> seeds() {
        return Fuzz.seeds(
                Fuzz.join(
                        "{% for m in messages %}{{ '<|' + m['role'] + '|>\n' + m['content'] | trim }}{% endfor %}"
                                + "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}",
                        "hello"),
                Fuzz.join(
                        "{%- set ns = namespace(n=0) -%}{%- macro line(x, y=2) -%}{{ x ~ y }}{%- endmacro -%}"
                                + "{%- for m in messages if m.role != 'system' -%}{%- set ns.n = ns.n + loop.index0 * 2 -%}"
                                + "{{ line(m.content[1:-1].split('e') | join(',')) }}{%- if loop.last %}{% break %}"
                                + "{%- else %}{% continue %}{% endif %}{%- endfor -%}{{ ns.n }}",
                        "{{ x }}"),
                Fuzz.join(
                        "{{ tools | tojson(indent=2) }}{{ strftime_now('%d %b %Y') }}{{ '%s-%05.2f' | format('a', 3.14159) }}"
                                + "{{ messages | map(attribute='content') | list | sort | reverse | first | upper }}"
                                + "{{ range(3) | list + [1, 'a', none, true, {'k': 1.5e3}] }}{{ 7 // 2 ** 2 % 3 }}"
                                + "{{ raise_exception('no') if messages | length > 9 else 'x' * 3 }}",
                        "a"),
                Fuzz.join(
                        "{% set x %}{% filter upper %}a{% endfilter %}{% endset %}{{ x is string and x not in 'ab' }}"
                                + "{% call(a) m() %}{% endcall %}{% raw %}{{ }}{% endraw %}{# c #}{{ messages[0].items() }}"
                                + "{{ messages | selectattr('role', 'equalto', 'user') | list | length }}"
                                + "{{ 'abc'.startswith('a') }}{{ 'a b'.title().replace('A', 'b').strip() }}",
                        "\ud83d\ude00"));
    }

    @MethodSource("seeds")
    @FuzzTest(maxExecutions = EXECUTIONS)
    void bounded(byte[] data) {
        tryOut(data);
    }

    @MethodSource("seeds")
    @Tag(Fuzz.LONG)
    @FuzzTest(maxDuration = Fuzz.LONG_DURATION)
    void longer(byte[] data) {
        tryOut(data);
    }

    private static void tryOut(byte[] data) {
        String[] parts = Fuzz.split(data);
        try {
            new ChatTemplateRenderer(parts[0], CLOCK)
                    .render(Map.of(
                            "messages",
                            List.of(
                                    Map.of("role", "system", "content", "be kind"),
                                    Map.of("role", "user", "content", parts[1]),
                                    Map.of("role", "assistant", "content", "yes", "tool_calls", List.of())),
                            "tools",
                            List.of(Map.of("type", "function", "function", Map.of("name", "f", "n", 1.5))),
                            "add_generation_prompt",
                            true,
                            "bos_token",
                            "<s>",
                            "eos_token",
                            "</s>"));
        } catch (ChatTemplateException e) {
            // As it should be.
        }
    }
}
