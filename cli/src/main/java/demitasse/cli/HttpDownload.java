package demitasse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings a file over HTTP, going on where an earlier try stopped. HttpURLConnection rather than the newer client because
 * it has a limit on the silence within a body, which is how a dead mirror shows.
 */
final class HttpDownload {
    /** DESIGN.md: an unreachable hub must not hold up the next source. */
    private static final int CONNECT_MILLIS = 5_000;

    private static final int SILENCE_MILLIS = 60_000;
    private static final int MOST_REDIRECTS = 10;
    private static final int MOST_TRIES = 5;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int PERMANENT_REDIRECT = 308;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+|\\*)");
    private static final Pattern SHA256 = Pattern.compile("\"?(?i:sha256:)?([0-9a-fA-F]{64})\"?");

    /** The server broke off; another try may go on from there. */
    private static final class BrokenOffException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenOffException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private final DownloadHosts hosts;
    private final long mostBytes;
    private String serverHash;

    /** @param mostBytes what is longer is not fetched to its end */
    HttpDownload(DownloadHosts hosts, long mostBytes) {
        this.hosts = hosts;
        this.mostBytes = mostBytes;
    }

    /** The SHA-256 that the server itself named (the hub's X-Linked-Etag), or null. Asked after {@link #fetch}. */
    String serverHash() {
        return serverHash;
    }

    /**
     * @param part what is there of the file already, made when missing; stays when the download breaks off
     * @throws IOException in one line with the address
     */
    void fetch(URI address, Path part, Progress progress) throws IOException {
        for (int attempt = 1; ; attempt++) {
            long before = size(part);
            try {
                fetchOnce(address, part, progress);
                return;
            } catch (BrokenOffException e) {
                // Without any progress another try would only repeat it.
                if (attempt >= MOST_TRIES || size(part) == before) {
                    throw e;
                }
            }
        }
    }

    private void fetchOnce(URI address, Path part, Progress progress) throws IOException {
        long from = size(part);
        HttpURLConnection connection = open(address, from);
        try {
            int status = connection.getResponseCode();
            if (status == RANGE_NOT_SATISFIABLE && from > 0) {
                if (total(connection, from) != from) {
                    Files.delete(part); // not a part of what the server has now
                    fetchOnce(address, part, progress);
                }
                return;
            }
            if (status == HttpURLConnection.HTTP_PARTIAL && rangeStart(connection) != from) {
                throw new IOException(address + ": the server sent another range than asked for");
            }
            if (status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_PARTIAL) {
                String reason = connection.getResponseMessage();
                throw new IOException(address + ": the server answered " + status
                        + (reason == null || reason.isBlank() ? "" : " " + reason));
            }
            long start = status == HttpURLConnection.HTTP_PARTIAL ? from : 0;
            copy(connection, address, part, start, progress);
        } finally {
            connection.disconnect();
        }
    }

    private void copy(HttpURLConnection connection, URI address, Path part, long start, Progress progress)
            throws IOException {
        long length = connection.getContentLengthLong();
        long total = length < 0 ? -1 : start + length;
        long done = start;
        checkSize(address, total);
        try (InputStream in = connection.getInputStream();
                OutputStream out = start == 0
                        ? Files.newOutputStream(part)
                        : Files.newOutputStream(part, StandardOpenOption.APPEND)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = read(in, buffer, address, done, total); n >= 0; n = read(in, buffer, address, done, total)) {
                out.write(buffer, 0, n);
                done += n;
                checkSize(address, done);
                progress.at(done, total);
            }
        }
        if (total >= 0 && done != total) {
            throw brokenOff(address, done, total, null);
        }
    }

    private void checkSize(URI address, long bytes) throws IOException {
        if (bytes > mostBytes) {
            throw new IOException(
                    address + ": sends more than " + mostBytes + " bytes, which is more than the catalog says");
        }
    }

    private static int read(InputStream in, byte[] buffer, URI address, long done, long total) throws IOException {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw brokenOff(address, done, total, e);
        }
    }

    private static BrokenOffException brokenOff(URI address, long done, long total, IOException cause) {
        return new BrokenOffException(
                address + ": broke off after " + done + (total < 0 ? "" : " of " + total)
                        + " bytes; the next try goes on from there",
                cause);
    }

    /** Follows redirects itself: the hub names the hash on the first answer only, and not every host will do. */
    private HttpURLConnection open(URI address, long from) throws IOException {
        hosts.checkSource(address);
        URI at = address;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpURLConnection connection = connection(at);
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
            }
            try {
                if (!isRedirect(connection.getResponseCode())) {
                    keepHash(connection);
                    return connection;
                }
            } catch (IOException e) {
                throw new IOException(at.getScheme() + "://" + at.getAuthority() + ": " + Failures.line(e), e);
            }
            keepHash(connection);
            URI next = location(connection, at);
            connection.disconnect();
            hosts.checkRedirect(address, at, next);
            at = next;
        }
        throw new IOException(address + ": more than " + MOST_REDIRECTS + " redirects");
    }

    private static HttpURLConnection connection(URI address) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(SILENCE_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("User-Agent", "demitasse");
        connection.setRequestProperty("Accept-Encoding", "identity");
        return connection;
    }

    private static boolean isRedirect(int status) {
        return status == HttpURLConnection.HTTP_MOVED_PERM
                || status == HttpURLConnection.HTTP_MOVED_TEMP
                || status == HttpURLConnection.HTTP_SEE_OTHER
                || status == TEMPORARY_REDIRECT
                || status == PERMANENT_REDIRECT;
    }

    private static URI location(HttpURLConnection connection, URI at) throws IOException {
        String location = connection.getHeaderField("Location");
        if (location == null) {
            throw new IOException(at + ": redirects without saying where to");
        }
        try {
            return at.resolve(new URI(location));
        } catch (URISyntaxException e) {
            throw new IOException(at + ": redirects to no address: " + location, e);
        }
    }

    private void keepHash(HttpURLConnection connection) {
        for (String header : new String[] {"X-Linked-Etag", "ETag"}) {
            String value = connection.getHeaderField(header);
            Matcher matcher = value == null ? null : SHA256.matcher(value);
            if (serverHash == null && matcher != null && matcher.matches()) {
                serverHash = matcher.group(1).toLowerCase(Locale.ROOT);
            }
        }
    }

    private static long rangeStart(HttpURLConnection connection) {
        Matcher range = CONTENT_RANGE.matcher(String.valueOf(connection.getHeaderField("Content-Range")));
        return range.matches() && range.group(1) != null ? Long.parseLong(range.group(1)) : -1;
    }

    private static long total(HttpURLConnection connection, long otherwise) {
        Matcher range = CONTENT_RANGE.matcher(String.valueOf(connection.getHeaderField("Content-Range")));
        return range.matches() && !range.group(2).equals("*") ? Long.parseLong(range.group(2)) : otherwise;
    }

    private static long size(Path part) throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }
}
