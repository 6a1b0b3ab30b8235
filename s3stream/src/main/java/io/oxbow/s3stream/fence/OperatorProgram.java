package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Clock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Confirmer that runs a program of the operator's. It is called as
 *
 * <pre>
 * PROGRAM detach|terminate NODE-ID NODE-EPOCH WAL-ID
 * </pre>
 *
 * and answers by its exit code; the end of what it prints goes into messages.
 *
 * <table>
 *   <caption>Exit codes</caption>
 *   <tr><td>{@value #CONFIRMED}</td><td>it is so, and stays so</td></tr>
 *   <tr><td>{@value #PENDING}</td><td>it is under way: ask again</td></tr>
 *   <tr><td>{@value #REFUSED}</td><td>it will not happen</td></tr>
 *   <tr><td>anything else</td><td>unknown</td></tr>
 * </table>
 *
 * <p>0 is not a confirmation: too many programs end with it that did nothing. A program that takes
 * too long is killed, and what its children do is too; that is unknown as well. It must be safe to
 * call again and at the same time from several nodes.
 */
public final class OperatorProgram implements Confirmer {

    public static final int CONFIRMED = 10;
    public static final int PENDING = 11;
    public static final int REFUSED = 12;

    private static final int OUTPUT_SHOWN = 500;

    private final Path program;
    private final Clock clock;
    private final Duration timeout;

    /**
     * @param timeout after which a call is killed
     */
    public OperatorProgram(Path program, Clock clock, Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("time-out of " + timeout);
        }
        this.program = program;
        this.clock = clock;
        this.timeout = timeout;
    }

    @Override
    public Answer ask(Measure measure, DeadWal wal) {
        List<String> command =
                List.of(
                        program.toString(),
                        switch (measure) {
                            case VOLUME_DETACHED -> "detach";
                            case INSTANCE_TERMINATED -> "terminate";
                        },
                        Integer.toString(wal.nodeId()),
                        Long.toString(wal.nodeEpoch()),
                        wal.walId().toString());
        try {
            // Into a file: a grandchild that lives on would keep a pipe open.
            Path output = Files.createTempFile("oxbow-fence", ".out");
            try {
                return run(command, output);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            return new Answer.Unknown(unknown(command, "cannot be run: " + e.getMessage(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Unknown(unknown(command, "was interrupted", e));
        }
    }

    private Answer run(List<String> command, Path output) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        var late = new AtomicBoolean();
        Clock.Cancellable alarm =
                clock.after(
                        timeout,
                        () -> {
                            late.set(true);
                            kill(process);
                        });
        try {
            int code = process.waitFor();
            return late.get()
                    ? new Answer.Unknown(unknown(command, "was killed after " + timeout, null))
                    : judge(command, code, shown(output));
        } finally {
            alarm.cancel();
            kill(process);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static Answer judge(List<String> command, int code, String output) {
        String said = "%s said '%s'".formatted(command.getFirst(), output);
        return switch (code) {
            case CONFIRMED -> new Answer.Confirmed(said);
            case PENDING -> new Answer.Pending(said);
            case REFUSED -> new Answer.Refused(said);
            default ->
                    new Answer.Unknown(
                            unknown(
                                    command,
                                    "ended with code %d, which says nothing (%d confirmed, %d pending, %d refused), and '%s'"
                                            .formatted(code, CONFIRMED, PENDING, REFUSED, output),
                                    null));
        };
    }

    private static String shown(Path output) throws IOException {
        try (var channel = Files.newByteChannel(output)) {
            long from = Math.max(0, channel.size() - OUTPUT_SHOWN);
            channel.position(from);
            var bytes = java.nio.ByteBuffer.allocate(OUTPUT_SHOWN);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until the end or as much as is shown
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        }
    }

    private static S3StreamException unknown(
            List<String> command, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new S3StreamException(
                "fencing program %s %s".formatted(String.join(" ", command), what),
                Retry.RETRYABLE,
                cause);
    }
}
