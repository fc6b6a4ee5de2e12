package demitasse.cli;

import demitasse.server.Protection;
import demitasse.server.Rates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import picocli.CommandLine.Option;

/** Who may use a server, and how often. */
final class ProtectionChoice {
    static final String KEYS = "api-keys";

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "Keys that `demitasse key add` made (default: " + KEYS
                    + " in the data folder, if it is there);" + " without any, only this machine may call.")
    private Path apiKeyFile;

    @Option(
            names = "--allowed-host",
            paramLabel = "NAME",
            description =
                    "Another name under which clients reach the server, as behind a proxy; * for any. May be given"
                            + " again. Needs an API key.")
    private Set<String> allowedHosts = Set.of();

    @Option(
            names = "--trusted-proxy",
            paramLabel = "ADDRESS",
            description = "A proxy whose X-Forwarded-For is believed. May be given again.")
    private Set<String> trustedProxies = Set.of();

    @Option(
            names = "--rate-limit",
            paramLabel = "N",
            description = "Requests a second from one address without a key, where keys are needed; 0: no limit"
                    + " (default: ${DEFAULT-VALUE}).")
    private double rate = Rates.ADDRESS_PER_SECOND;

    boolean isUsable() {
        return rate >= 0 && Double.isFinite(rate);
    }

    Protection protection(Path data) {
        Path usual = data.resolve(KEYS);
        Path keys = apiKeyFile == null && Files.exists(usual) ? usual : apiKeyFile;
        return Protection.defaults()
                .withApiKeyFile(keys)
                .withAllowedHosts(allowedHosts)
                .withTrustedProxies(trustedProxies)
                .withRates(Rates.of(rate));
    }
}
