package io.oxbow.tableflow.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.catalog.PointerCatalog;
import io.oxbow.s3stream.store.local.LocalObjectStore;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.odd.Judged;
import io.oxbow.tableflow.odd.MemoryPointers;
import io.oxbow.tableflow.write.ObjectStoreFileIO;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests data files that cannot be written: for their rows, or for the store below. */
class RefusedRowsTest {

    private final TableWorld world = new TableWorld().set("table.value.format", "json");
    private @Nullable Supplier<Exception> fault;

    RefusedRowsTest(@TempDir Path directory) {
        ObjectStoreFileIO io = new ObjectStoreFileIO(LocalObjectStore.open(directory));
        world.catalog =
                new PointerCatalog(
                        new PointerCatalog.Settings("faulty", io.location().toString(), Map.of()),
                        new MemoryPointers(),
                        new FaultyFiles(io));
        world.partitions = 1;
    }

    @Test
    void theRowThatAFileRefusesIsQuarantinedAndItsNeighboursAreRows() {
        world.log.append(0, "{\"a\":1,\"b\":1}");
        Judged.settle(world);
        // Somebody else's doing: a record without it makes a row that no file takes.
        world.table().updateSchema().allowIncompatibleChanges().requireColumn("a").commit();
        world.log.append(0, "{\"a\":2,\"b\":2}", "{\"b\":3}", "{\"a\":4,\"b\":4}");
        Judged.settle(world);

        assertThat(Judged.rows(world)).containsExactly(0L, 1L, 3L);
        assertThat(Judged.reasons(world, 2)).singleElement().asString().contains("become a row");
        Judged.assertRight(world);
    }

    @Test
    void aFileThatCannotBeFlushedCostsARoundAndNoRecord() {
        losesNothing(() -> new IOException("no room"));
    }

    @Test
    void aFileThatFailsForNoReasonThatARowHasCostsARoundAndNoRecord() {
        losesNothing(() -> new IllegalStateException("the writer is confused"));
    }

    private void losesNothing(Supplier<Exception> newFault) {
        world.log.append(0, "{\"a\":1}");
        Judged.settle(world);
        world.log.append(0, "{\"a\":2}", "{\"a\":3}");
        fault = newFault;
        assertThatThrownBy(world::round)
                .isInstanceOfSatisfying(
                        TableFlowException.class,
                        e -> assertThat(e.retry()).isEqualTo(TableFlowException.Retry.RETRYABLE));
        fault = null;
        Judged.settle(world);

        assertThat(Judged.rows(world)).containsExactly(0L, 1L, 2L);
        assertThat(world.quarantine()).isEmpty();
        Judged.assertRight(world);
    }

    /** Files of which data files fail when they are closed, while there is a fault. */
    private final class FaultyFiles implements FileIO {

        private final FileIO files;

        FaultyFiles(FileIO files) {
            this.files = files;
        }

        @Override
        public InputFile newInputFile(String location) {
            return files.newInputFile(location);
        }

        @Override
        public OutputFile newOutputFile(String location) {
            OutputFile file = files.newOutputFile(location);
            return location.endsWith(".parquet") ? new FaultyFile(file) : file;
        }

        @Override
        public void deleteFile(String location) {
            files.deleteFile(location);
        }
    }

    private final class FaultyFile implements OutputFile {

        private final OutputFile file;

        FaultyFile(OutputFile file) {
            this.file = file;
        }

        @Override
        public PositionOutputStream create() {
            return new FaultyStream(file.create());
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return new FaultyStream(file.createOrOverwrite());
        }

        @Override
        public String location() {
            return file.location();
        }

        @Override
        public InputFile toInputFile() {
            return file.toInputFile();
        }
    }

    private final class FaultyStream extends PositionOutputStream {

        private final PositionOutputStream out;

        FaultyStream(PositionOutputStream out) {
            this.out = out;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int size) throws IOException {
            out.write(bytes, offset, size);
        }

        @Override
        public void close() throws IOException {
            Supplier<Exception> now = fault;
            switch (now == null ? null : now.get()) {
                case null -> out.close();
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Exception e -> throw new IOException(e);
            }
        }
    }
}
