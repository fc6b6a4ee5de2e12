package demitasse.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import demitasse.agent.Retention;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

final class RetentionChoiceTest {
    @Command
    private static final class Options {
        @Mixin
        private RetentionChoice choice;
    }

    private static Retention parse(String... arguments) {
        Options options = new Options();
        new CommandLine(options).parseArgs(arguments);
        return options.choice.retention();
    }

    @Test
    void timesHaveUnits() {
        assertEquals(Retention.DEFAULT, parse());
        assertEquals(
                new Retention(Duration.ofMinutes(45), Duration.ofHours(12), Duration.ofDays(7)),
                parse("--keep-messages", "45m", "--keep-sessions", "12h", "--keep-handoffs", "7d"));
        assertEquals(Duration.ZERO, parse("--keep-messages", "0").messages());
        assertEquals(
                Retention.FOREVER,
                parse("--keep-messages=forever", "--keep-sessions=forever", "--keep-handoffs=forever"));
    }

    @Test
    void otherTimesAreRefused() {
        for (String bad : new String[] {"30", "-1d", "1w", "never", "", "9999999d"}) {
            assertThrows(ParameterException.class, () -> parse("--keep-messages=" + bad), bad);
        }
    }
}
