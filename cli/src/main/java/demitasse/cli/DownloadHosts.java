package demitasse.cli;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where a download may go: to the source that was asked for, and from there to hosts that the catalog names (a hub keeps
 * its files elsewhere), over TLS. Without TLS only to this machine, for a mirror on it.
 */
record DownloadHosts(List<String> names) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** @throws IOException if nothing may be fetched from there */
    void checkSource(URI address) throws IOException {
        boolean plain = "http".equalsIgnoreCase(address.getScheme());
        if (!plain && !"https".equalsIgnoreCase(address.getScheme())) {
            throw new IOException(address + ": no https address");
        }
        if (address.getHost() == null || address.getRawUserInfo() != null) {
            throw new IOException(address.getScheme() + " address without a plain host name");
        }
        if (plain && !LOOPBACK.contains(host(address))) {
            throw new IOException(address + ": downloads need https, except from this machine");
        }
    }

    /**
     * @param source what was asked for at first
     * @param at what redirects
     * @param next where to
     * @throws IOException if that is somewhere else
     */
    void checkRedirect(URI source, URI at, URI next) throws IOException {
        if (at.getScheme().equalsIgnoreCase("https") && !"https".equalsIgnoreCase(next.getScheme())) {
            throw new IOException(at + ": redirects from https to " + next.getScheme());
        }
        checkSource(next);
        String host = host(next);
        if (!host.equals(host(source)) && names.stream().noneMatch(name -> covers(name, host))) {
            throw new IOException(at + ": redirects to " + host + ", which is not a host of the catalog");
        }
    }

    /** A name that begins with a dot stands for all below it. */
    private static boolean covers(String name, String host) {
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name);
    }

    private static String host(URI address) {
        return address.getHost().toLowerCase(Locale.ROOT);
    }
}
