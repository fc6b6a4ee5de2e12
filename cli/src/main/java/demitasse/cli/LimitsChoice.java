package demitasse.cli;

import demitasse.agent.Quota;
import demitasse.server.ConnectionLimits;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What connections may cost, and how much of what customers write is kept. */
final class LimitsChoice {
    private static final ConnectionLimits USUAL = ConnectionLimits.defaults();

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "Connections at a time (default: ${DEFAULT-VALUE}).")
    private int connections = USUAL.most();

    @Option(
            names = "--max-connections-per-address",
            paramLabel = "N",
            description = "Of one address, other than this machine and trusted proxies (default: ${DEFAULT-VALUE}).")
    private int perAddress = USUAL.perAddress();

    @Option(
            names = "--header-timeout",
            paramLabel = "SECONDS",
            description = "How long a request's headers may take (default: ${DEFAULT-VALUE}).")
    private long headers = USUAL.headers().toSeconds();

    @Option(
            names = "--idle-timeout",
            paramLabel = "SECONDS",
            description = "How long a connection may be silent (default: ${DEFAULT-VALUE}).")
    private long idle = USUAL.idle().toSeconds();

    @Option(
            names = "--body-timeout",
            paramLabel = "SECONDS",
            description = "After so long a body must have come at --body-rate on average (default: ${DEFAULT-VALUE}).")
    private long body = USUAL.bodyGrace().toSeconds();

    @Option(
            names = "--body-rate",
            paramLabel = "BYTES",
            description = "The least that a body may have a second (default: ${DEFAULT-VALUE}).")
    private long bodyRate = USUAL.bodyBytesPerSecond();

    @Option(
            names = "--request-timeout",
            paramLabel = "SECONDS",
            description = "How long a request may take, answer included (default: ${DEFAULT-VALUE}).")
    private long request = USUAL.request().toSeconds();

    @Option(
            names = "--write-timeout",
            paramLabel = "SECONDS",
            description = "How long a streamed answer may wait for its client to take it, in all"
                    + " (default: ${DEFAULT-VALUE}).")
    private long write = USUAL.write().toSeconds();

    @Option(
            names = "--max-session-messages",
            paramLabel = "N",
            description = "Messages of one conversation (default: ${DEFAULT-VALUE}).")
    private int ofSession = Quota.DEFAULT.ofSession();

    @Option(
            names = "--max-stored",
            paramLabel = "N",
            description = "Messages, sessions and comments in all; before they are so many, those silent longest make"
                    + " room (default: ${DEFAULT-VALUE}).")
    private long stored = Quota.DEFAULT.rows();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** @throws ParameterException if one is less than it may be */
    ConnectionLimits connections() {
        try {
            return new ConnectionLimits(
                    connections,
                    perAddress,
                    Duration.ofSeconds(headers),
                    Duration.ofSeconds(idle),
                    Duration.ofSeconds(body),
                    bodyRate,
                    Duration.ofSeconds(request),
                    Duration.ofSeconds(write));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command.commandLine(),
                    "--max-connections, --max-connections-per-address, --header-timeout, --idle-timeout, --body-timeout,"
                            + " --request-timeout, --write-timeout: at least 1; --body-rate: 0 or more");
        }
    }

    /** @throws ParameterException if one is less than it may be */
    Quota quota() {
        try {
            return new Quota(ofSession, stored);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--max-session-messages, --max-stored: at least 1");
        }
    }
}
