package demitasse.phi3.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected texts are those of Python's Jinja2 3.1.6. */
class JinjaTest {
    private static final Map<String, Object> VARIABLES =
            Map.of("m", Map.of("a", 1), "l", List.of(3, 1, 2), "s", "Grüße 😀 <b>");

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "{{ s[::-1] }}@>b< 😀 eßürG",
                "{{ s|length }}{{ s[6] }}@11😀",
                "{{ l|sort|join(', ') }}@1, 2, 3",
                "{{ [1, 'a', none, true, 1.0, (1,)] }}@[1, 'a', None, True, 1.0, (1,)]",
                "{{ m|tojson }}{{ m.a is defined and m.b is not defined }}@{\"a\": 1}True",
                "{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 / 2 }} {{ -7 % 3 }} {{ 2 ** 3 }}@3 -4 3.5 2 8",
                "{{ 'a' ~ 1 + 2 }}@failed: unsupported operand types for +: str and int",
                "{{ 'x' if false }}|{{ nothing }}@|",
                "{% set n = namespace(i=0) %}{% for x in l %}{% set n.i = n.i + x %}{% endfor %}{{ n.i }}@6",
                "{% for x in l if x > 1 %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}@13,22",
                "{% for x in range(9) %}{% if x == 2 %}{% continue %}{% endif %}{% if x > 3 %}{% break %}{% endif %}{{ x }}{% endfor %}@013",
                "{% macro f(a, b=2) %}{{ a }}{{ b }}{{ caller() if caller }}{% endmacro %}{{ f(1) }}{% call f(3, b=4) %}!{% endcall %}@1234!",
                "{% set x %}a{{ 1 }}{% endset %}{% filter upper %}{{ x }}{% endfilter %}@A1",
                "{{ ' a '.strip() }}{{ 'a,b'.split(',')[-1] }}{{ 'ab'.startswith('a') }}{{ 'hello world'.title() }}@abTrueHello World",
                "{{ '%s-%03d' % ('a', 7) }}{{ '{}{x}'.format(1, x=2) }}@a-00712",
                "{% for k, v in m.items() %}{{ k }}={{ v }}{% endfor %}@a=1",
                "{{ ['a', 'B']|map('upper')|list }}{{ l|select('gt', 1)|list }}@['A', 'B'][3, 2]",
                "{{ raise_exception('no') }}@raised: no",
                "{{ strftime_now('%d %b %Y') }}@15 Jan 2026",
                "{{ '<' + ('a'|safe) }}{{ none.x is undefined }}@&lt;aTrue",
                "{{ m.items() }} {{ m.keys()|first }} {{ m.values()|length }} {{ m.keys()[0] is defined }}@dict_items([('a', 1)]) a 1 False",
                "{{ m.keys()|tojson }}@failed: an object of type dict_keys is not JSON serializable",
                "{% for g in [{'k': 'x', 'v': 1}, {'k': 'x', 'v': 2}]|groupby('k') %}{{ g.grouper }}{{ g.list|length }}{% endfor %}@x2",
                "{% set c = cycler('x', 'y') %}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.next() }}@xyxx",
                "{% block b scoped %}{% set q = 1 %}{{ q }}{% endblock b %}{{ q }}@1",
                "{{ '{0[a]} {1:>4} {1:<4}| {2:+.1e} {2:,.2f}'.format(m, 'z', 12345.678) }}@1    z z   | +1.2e+04 12,345.68",
                "{{ '%e %g %+d %05d %c %x' % (12345.678, 0.0001, 5, -42, 'x', 255) }}@1.234568e+04 0.0001 +5 -0042 x ff",
                "{{ '%(x)s'|format(x=3) }} {{ '{:.3g} {:b} {:#x} {:^5}|'.format(1234.5, 5, 255, 'a') }}@3 1.23e+03 101 0xff   a  |",
                "{{ (' a '|safe)|trim + '<' }} {{ ('ab'|safe)[:1] + '<' }} {{ ('a'|safe).replace('a', '<') }}@a&lt; a&lt; &lt;",
                "{{ strftime_now('%C %k %l %U %W %Z%z.') }}@20 12 12 02 02 .",
                "{{ 'a b  c d'.rsplit(none, 2) }} {{ ' a b c '.split(none, 1) }} {{ 'a-b-c'.rsplit('-', 1) }}@['a b', 'c', 'd'] ['a', 'b c'] ['a-b', 'c']",
                "{{ namespace(a=1) }}@<Namespace {'a': 1}>"
            })
    void rendersAsPython(String template, String expected) {
        assertEquals(expected, JinjaGoldenTest.render(template, VARIABLES));
    }

    @Test
    void whiteSpaceIsTakenAsTransformersSetItUp() {
        assertEquals(
                "a\nb\nd", JinjaGoldenTest.render("a\n  {% if true %}\nb\n  {% endif %}\n  {# c #}\nd\n", Map.of()));
        assertEquals("a1b", JinjaGoldenTest.render("a \n {{- 1 -}} \n b", Map.of()));
        assertEquals("{{ x }}", JinjaGoldenTest.render("{% raw %}{{ x }}{% endraw %}", Map.of()));
        assertEquals(
                "[\n  1,\n  {\n    \"a\": []\n  }\n]",
                JinjaGoldenTest.render("{{ [1, {'a': []}]|tojson(indent=2) }}", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(10**9) %}{% endfor %}",
                "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
                "{{ 'x' * 10**12 }}",
                "{{ ([1] * 10**9) }}",
                "{% set n = namespace(s='xxxx') %}{% for a in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
                "{% set n = namespace(s=[1]) %}{% for a in range(99) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}",
                "{% set n = namespace(s=[1]) %}{% for a in range(40) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s|tojson }}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% macro f() %}{{ f() ~ f() }}{% endmacro %}{{ f() }}",
                "{{ 10 ** 10 ** 10 }}",
                "{{ '%999999999d' % 1 }}{{ 'x'.ljust(10**10) }}",
                "{{ messages.__class__.__mro__ }}",
                "{{ '{0.__class__.__mro__}'.format('a') }}",
                "{{ ('a' * 8000000).find('a' * 4000000 + 'b') }}",
                "{{ ('a' * 4000000 + 'b') in ('a' * 8000000) }}",
                "{% for a in range(9999) %}{% set b = ('a ' * 4000000).split() %}{% endfor %}",
                "{{ [].append(1) }}",
                "{% include '/etc/passwd' %}",
                "{% if"
            })
    void hostileTemplatesAreRefused(String template) {
        String result = JinjaGoldenTest.render(template, Map.of());
        assertTrue(result.startsWith("failed: "), result);
    }

    @Test
    void deepNestingIsRefused() {
        int deep = 100_000;
        for (String template : List.of(
                "{{ " + "(".repeat(deep) + "1" + ")".repeat(deep) + " }}",
                "{{ " + "-".repeat(deep) + "1 }}",
                "{{ 1" + " + 1".repeat(deep) + " }}",
                "{{ 1" + "|abs".repeat(deep) + " }}",
                "{% if 1 %}".repeat(deep))) {
            String result = JinjaGoldenTest.render(template, Map.of());
            assertTrue(result.startsWith("failed: "), result);
        }
    }
}
