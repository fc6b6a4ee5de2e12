package demitasse.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The names under which this server is spoken to. A page of another site can have its own name point at our address
 * (DNS rebinding) and then read our answers; but it cannot choose an address, or a name that we were told, as its name.
 */
record Hosts(Set<String> names, boolean addresses, boolean all) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String ANY = "*";
    private static final Pattern ADDRESS =
            Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9a-f:.]{2,45}]", Pattern.CASE_INSENSITIVE);

    /**
     * @param listening the name or address that the server listens on
     * @param allowed further names, without a port; {@code *} for all
     */
    static Hosts of(String listening, Set<String> allowed) {
        Set<String> names = new TreeSet<>(LOOPBACK);
        allowed.forEach(name -> names.add(canonical(name)));
        boolean remote = !isLoopback(listening);
        if (remote) {
            names.add(canonical(listening));
            names.add(canonical(nameOfThisMachine()));
        }
        return new Hosts(names, remote, allowed.contains(ANY));
    }

    private static String nameOfThisMachine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.contains(canonical(host));
    }

    private static String canonical(String host) {
        String bracketed = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return bracketed.toLowerCase(Locale.ROOT);
    }

    /** Somebody else than this machine's own users may come in. */
    boolean reachFurther() {
        return addresses || all || names.stream().anyMatch(name -> !LOOPBACK.contains(name));
    }

    /** @param header what a request says in Host, with or without a port; may be null */
    boolean accept(String header) {
        String name = withoutPort(header).toLowerCase(Locale.ROOT);
        return all
                || names.contains(name)
                || (addresses && ADDRESS.matcher(name).matches());
    }

    private static String withoutPort(String host) {
        if (host == null) {
            return "";
        }
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
