package demitasse.server;

import demitasse.testkit.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Bytes on a socket, for requests that no client would send. */
final class RawHttp {
    private static final int PATIENCE_MILLIS = (int) Patience.LIMIT.toMillis();
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

    private RawHttp() {}

    /**
     * @param request each character a byte
     * @return all that comes until the server closes the connection
     * @throws java.net.SocketTimeoutException if it does not close it
     */
    static String exchange(int port, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (SocketException e) {
                // Closed while we were still writing; the answer is there.
            }
            return rest(socket);
        }
    }

    /** All that comes until the server closes the connection, be it with bytes of ours unread. */
    static String rest(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        byte[] buffer = new byte[1 << 13];
        try {
            InputStream in = socket.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                answer.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException e) {
            // Closed all the same.
        }
        return answer.toString();
    }

    static int status(String answer) {
        var line = STATUS_LINE.matcher(answer);
        return line.lookingAt() ? Integer.parseInt(line.group(1)) : 0;
    }

    static long answers(String answer) {
        return STATUS_LINE.matcher(answer).results().count();
    }
}
