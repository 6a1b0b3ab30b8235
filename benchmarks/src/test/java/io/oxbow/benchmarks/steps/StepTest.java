package io.oxbow.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples are sorted into the steps of the produce path. */
class StepTest {

    @ParameterizedTest
    @CsvSource({
        "a;io/oxbow/broker/network/Connection.run;sun/nio/ch/SocketDispatcher.read0;read, SOCKET",
        "a;io/oxbow/broker/network/Connection.run;java/util/ArrayList.add, DECODE",
        "a;io/oxbow/broker/validation/RecordValidation.check;java/util/zip/CRC32C.update, CRC",
        "a;io/oxbow/broker/validation/RecordValidation.assign;java/nio/Buffer.limit, OFFSETS",
        "a;io/oxbow/s3stream/wal/BatchWriters.run;sun/nio/ch/FileDispatcherImpl.pwrite0;pwrite, WAL",
        "a;io/oxbow/s3stream/upload/Uploader.run;io/oxbow/s3stream/store/X.put;pwrite, UPLOAD",
        "a;io/oxbow/s3stream/upload/UploadCommits.run;java/lang/Object.x, COMMIT",
        "a;io/oxbow/s3stream/tail/Tail.append, TAIL",
        "a;io/oxbow/s3stream/wal/LogState.unlock;java/util/concurrent/locks/LockSupport.unpark, WAKE_UPS",
        "a;java/lang/VirtualThread.run;io/oxbow/broker/network/Connection.run;x, DECODE",
        "start_thread;thread_native_entry;WorkerThread::run;G1EvacuateRegionsTask::work, GC",
        "start_thread;JavaThread::run;CompileBroker::compiler_thread_loop;PhaseIFG::x, JIT",
        "start_thread;something, OTHER",
    })
    void aStackBelongsToTheStepNearestToItsTop(String stack, Step step) {
        assertThat(Step.of(stack)).isEqualTo(step);
    }

    @Test
    void sharesAreOfAllSamples() {
        Samples samples =
                Samples.of(
                        List.of(
                                "a;io/oxbow/s3stream/wal/X.y 30",
                                "b;io/oxbow/s3stream/wal/X.z 30",
                                "c d;e 40"));
        assertThat(samples.shareOf(Step.WAL)).isEqualTo(0.6);
        assertThat(samples.shareOf(Step.OTHER)).isEqualTo(0.4);
        assertThat(samples.shareOf(Step.GC)).isZero();
    }

    @Test
    void theTableTellsSecondsPerStep() {
        var samples = new Samples(Map.of(Step.WAL, 1L, Step.CRC, 3L));
        String table = StepsTable.of(List.of(new StepsTable.Column("16 KiB", 4.0, 80.0, samples)));
        assertThat(table)
                .contains("| write-ahead log | 1.000 | 25.0% |")
                .contains("| CRC | 3.000 | 75.0% |")
                .contains("| all | 4.00 at 80 MiB/s | |");
    }
}
