package io.oxbow.node.roots;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Standard error of this process, where the log goes, kept for a look instead of printed. */
final class LogCapture implements AutoCloseable {

    private static final int CHARS_MAX = 4 << 20;

    private final PrintStream before = System.err;
    private final StringBuffer text = new StringBuffer();

    private LogCapture() {}

    static LogCapture start() {
        var capture = new LogCapture();
        System.setErr(new PrintStream(capture.sink(), true, StandardCharsets.UTF_8));
        return capture;
    }

    private OutputStream sink() {
        return new OutputStream() {
            @Override
            public void write(int one) {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                if (text.length() < CHARS_MAX) {
                    text.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
                }
            }
        };
    }

    /** Returns true if a line was logged as an error, of a failure with {@code message}. */
    boolean hasError(String message) {
        String said = text.toString();
        return said.contains("ERROR") && said.contains(message);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
