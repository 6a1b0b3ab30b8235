package io.oxbow.s3stream.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.fence.Confirmer.Measure;
import io.oxbow.s3stream.fence.StorageFence.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests fencing from outside, by real small scripts. */
class ConfirmedFenceTest {

    private static final DeadWal WAL = new DeadWal(4, 12, new UUID(0xabcd, 0x1234));

    @TempDir Path directory;

    private final Environment environment = Environment.system();

    private Path script(String body) throws IOException {
        Path script = directory.resolve("fence.sh");
        Files.writeString(script, "#!/bin/sh\ncd '%s'\n%s\n".formatted(directory, body));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private Result fence(Path program, Duration patience) {
        return fence(Measure.VOLUME_DETACHED, program, environment.clock(), patience);
    }

    private Result fence(Measure measure, Path program, Clock clock, Duration patience) {
        return new ConfirmedFence(
                        measure,
                        new OperatorProgram(program, clock, Duration.ofMinutes(5)),
                        environment,
                        new ConfirmedFence.Patience(patience, Duration.ofMillis(10)))
                .fence(WAL);
    }

    private Result fence(String body) throws IOException {
        return fence(script(body), Duration.ofMinutes(1));
    }

    @Test
    void theProgramIsToldWhatAndWhom() throws IOException {
        assertThat(fence("echo \"$@\" > args; echo vol-1 is free; exit 10"))
                .isInstanceOfSatisfying(
                        Result.Fenced.class,
                        fenced -> assertThat(fenced.how()).contains("vol-1 is free"));
        assertThat(directory.resolve("args"))
                .hasContent("detach 4 12 00000000-0000-abcd-0000-000000001234\n");
        fence(
                Measure.INSTANCE_TERMINATED,
                directory.resolve("fence.sh"),
                environment.clock(),
                Duration.ofMinutes(1));
        assertThat(directory.resolve("args")).content().startsWith("terminate 4 12");
    }

    @Test
    void aMeasureUnderWayIsAskedForUntilItIsConfirmed() throws IOException {
        assertThat(fence("echo >> asked; [ $(wc -l < asked) -ge 3 ] && exit 10; exit 11"))
                .isInstanceOf(Result.Fenced.class);
        assertThat(directory.resolve("asked")).content().hasLineCount(3);
    }

    @Test
    void aMeasureThatStaysUnderWayIsUnknown() throws IOException {
        assertThat(fence(script("echo detaching; exit 11"), Duration.ofMillis(100)))
                .isInstanceOfSatisfying(
                        Result.Unknown.class,
                        unknown ->
                                assertThat(unknown.cause())
                                        .hasMessageContaining("not confirmed after")
                                        .hasMessageContaining("detaching"));
    }

    @Test
    void aRefusalIsNotFenced() throws IOException {
        assertThat(fence("echo no such volume >&2; exit 12"))
                .isInstanceOfSatisfying(
                        Result.NotFenced.class,
                        no -> assertThat(no.why()).contains("no such volume"));
    }

    /**
     * Exit codes that are no confirmation; 0 is one of them, since a script that does nothing ends
     * with it.
     */
    @ParameterizedTest
    @ValueSource(strings = {"exit 0", "exit 1", "exit 255", "true", "kill -9 $$", "nonsense-xyz"})
    void anyOtherEndIsUnknown(String body) throws IOException {
        assertThat(fence(body)).isInstanceOf(Result.Unknown.class);
    }

    @Test
    void aProgramThatIsNotThereIsUnknown() {
        assertThat(fence(directory.resolve("none"), Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(
                        Result.Unknown.class,
                        unknown ->
                                assertThat(unknown.cause()).hasMessageContaining("cannot be run"));
    }

    @Test
    void aProgramThatHangsIsKilledWithItsChildrenAndIsUnknown() throws Exception {
        Path script = script("sleep 1000 & echo $! > child; echo $$ > parent; wait; exit 10");
        Clock late = new LateClock(directory.resolve("parent"));
        assertThat(fence(Measure.VOLUME_DETACHED, script, late, Duration.ZERO))
                .isInstanceOfSatisfying(
                        Result.Unknown.class,
                        unknown ->
                                assertThat(unknown.cause())
                                        .hasMessageContaining("was killed after PT5M"));
        for (String name : new String[] {"child", "parent"}) {
            long pid = Long.parseLong(Files.readString(directory.resolve(name)).strip());
            ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
        }
    }

    /** Clock whose timers fire as soon as a file exists. */
    private static final class LateClock implements Clock {

        private final Clock real = Environment.system().clock();
        private final Path file;

        LateClock(Path file) {
            this.file = file;
        }

        @Override
        public long wallMillis() {
            return real.wallMillis();
        }

        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            Thread waiter =
                    Thread.startVirtualThread(() -> {
                        try {
                            while (!Files.exists(file) || Files.size(file) == 0) {
                                Thread.sleep(5);
                            }
                            task.run();
                        } catch (IOException | InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
            return waiter::interrupt;
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            real.sleep(duration);
        }
    }

    @Test
    void aVolumeOfThisMachineThatIsLockedHereIsFenced() {
        var fence = new OwnMachineFence(directory, java.util.List.of(WAL.walId()));
        assertThat(fence.fence(WAL)).isInstanceOf(Result.Fenced.class);
        assertThat(fence.fence(new DeadWal(4, 12, new UUID(0, 1))))
                .isInstanceOf(Result.NotFenced.class);
        assertThat(
                        new OwnMachineFence(
                                        directory.resolve("gone"), java.util.List.of(WAL.walId()))
                                .fence(WAL))
                .isInstanceOf(Result.Unknown.class);
    }
}
