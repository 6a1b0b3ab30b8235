package io.oxbow.s3stream.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.fence.PersistentReservations.Outcome;
import io.oxbow.s3stream.fence.PersistentReservations.Reading;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelReservationsTest {

    @TempDir Path directory;

    /** Numbers that a C compiler computes from linux/pr.h; the last two from Linux 7.0's. */
    @ParameterizedTest
    @CsvSource({
        "REGISTER,0x401870c8,24",
        "RESERVE,0x401070c9,16",
        "RELEASE,0x401070ca,16",
        "PREEMPT,0x401870cb,24",
        "PREEMPT_ABORT,0x401870cc,24",
        "CLEAR,0x401070cd,16",
        "READ_KEYS,0xc01070ce,16",
        "READ_RESERVATION,0x801070cf,16"
    })
    void requestsHaveTheKernelsNumbers(String name, String request, long size) {
        KernelReservationCalls call = KernelReservationCalls.valueOf(name);
        assertThat(Integer.toUnsignedLong(call.request())).isEqualTo(Long.decode(request));
        assertThat(call.argument().byteSize()).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({
        "REGISTER,old_key,0",
        "REGISTER,new_key,8",
        "REGISTER,flags,16",
        "RESERVE,key,0",
        "RESERVE,type,8",
        "RESERVE,flags,12",
        "PREEMPT_ABORT,old_key,0",
        "PREEMPT_ABORT,new_key,8",
        "PREEMPT_ABORT,type,16",
        "PREEMPT_ABORT,flags,20",
        "CLEAR,key,0",
        "CLEAR,flags,8",
        "READ_KEYS,generation,0",
        "READ_KEYS,num_keys,4",
        "READ_KEYS,keys_ptr,8",
        "READ_RESERVATION,key,0",
        "READ_RESERVATION,generation,8",
        "READ_RESERVATION,type,12"
    })
    void fieldsLieWhereTheKernelLooks(String call, String field, long offset) {
        var layout = KernelReservationCalls.valueOf(call).argument();
        assertThat(layout.byteOffset(MemoryLayout.PathElement.groupElement(field)))
                .isEqualTo(offset);
    }

    @Test
    void aFileKnowsNoReservations() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        try (var reservations = KernelReservations.open(file)) {
            assertKnowsNone(reservations);
        }
    }

    @Test
    void aLoopDeviceKnowsNoReservations() throws Exception {
        Path device = attachLoop();
        assumeTrue(device != null, "no loop device can be had here");
        try (var reservations = KernelReservations.open(device)) {
            assertKnowsNone(reservations);
        } finally {
            run("losetup", "--detach", device.toString());
        }
    }

    private static void assertKnowsNone(PersistentReservations device) {
        ReservationKey own = ReservationKey.of(1, 1);
        assertThat(device.register(own)).isInstanceOf(Outcome.Unsupported.class);
        assertThat(device.checkRegistered(own)).isInstanceOf(Outcome.Unsupported.class);
        assertThat(device.reserve(own)).isInstanceOf(Outcome.Unsupported.class);
        assertThat(device.release(own)).isInstanceOf(Outcome.Unsupported.class);
        assertThat(device.preemptAndAbort(own, ReservationKey.of(2, 2)))
                .isInstanceOf(Outcome.Unsupported.class);
        assertThat(device.clear(own)).isInstanceOf(Outcome.Unsupported.class);
        assertThat(device.read()).isInstanceOf(Reading.Unsupported.class);
        var wal = new DeadWal(2, 2, new UUID(0, 0));
        assertThat(new ReservationFence(device, own).fence(wal))
                .isInstanceOfSatisfying(
                        StorageFence.Result.NotFenced.class,
                        no ->
                                assertThat(no.why())
                                        .contains(device.device() + " knows no reservations"));
        assertThat(WriterReservation.take(device, own, Set.of()))
                .isInstanceOf(WriterReservation.Result.Refused.class);
    }

    @Test
    void aDeviceThatIsNotThereIsNamed() {
        Path none = directory.resolve("none");
        assertThatThrownBy(() -> KernelReservations.open(none))
                .isInstanceOf(S3StreamException.class)
                .hasMessageContaining(none.toString())
                .hasMessageContaining("errno 2");
    }

    /** Attaches a loop device; null where that is not allowed. */
    private Path attachLoop() throws Exception {
        Path backing = directory.resolve("backing");
        try (var file = new java.io.RandomAccessFile(backing.toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        String name = run("losetup", "--find", "--show", backing.toString());
        return name.startsWith("/dev/") ? Path.of(name) : null;
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return said;
    }
}
