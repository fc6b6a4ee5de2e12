package demitasse.phi3.tools;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is offered to a model for one answer.
 *
 * @param required the answer must be a call
 * @param parallel the answer may have several calls
 */
public record Tools(List<Tool> list, boolean required, boolean parallel) {
    public static final Tools NONE = new Tools(List.of(), false, true);

    public Tools {
        list = List.copyOf(list);
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    public Set<String> names() {
        return list.stream().map(Tool::name).collect(Collectors.toUnmodifiableSet());
    }
}
