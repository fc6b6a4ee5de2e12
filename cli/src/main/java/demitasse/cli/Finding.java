package demitasse.cli;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One line of {@code doctor}.
 *
 * @param advice what mends it; "" if there is nothing to mend
 */
record Finding(String what, State state, String found, String advice) {
    /** A warning is worth a look, a failure keeps a server from running well. */
    enum State {
        @JsonProperty("ok")
        OK,
        @JsonProperty("warn")
        WARN,
        @JsonProperty("fail")
        FAIL
    }

    static Finding ok(String what, String found) {
        return new Finding(what, State.OK, found, "");
    }

    static Finding warn(String what, String found, String advice) {
        return new Finding(what, State.WARN, found, advice);
    }

    static Finding fail(String what, String found, String advice) {
        return new Finding(what, State.FAIL, found, advice);
    }
}
