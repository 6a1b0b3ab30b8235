package io.oxbow.tableflow.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.store.local.LocalObjectStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests Iceberg's file IO over an object store. */
class ObjectStoreFileIOTest {

    private final Path directory;
    private final ObjectStoreFileIO io;

    ObjectStoreFileIOTest(@TempDir Path temporary) {
        directory = temporary.resolve("a b+ü%20");
        io = new ObjectStoreFileIO(LocalObjectStore.open(directory));
    }

    private String location(String key) {
        return io.location().resolve(key).toString();
    }

    private byte[] write(String key, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        OutputFile file = io.newOutputFile(location(key));
        try (var out = file.create()) {
            int half = size / 2;
            out.write(bytes, 0, half);
            for (int i = half; i < Math.min(size, half + 10); i++) {
                out.write(bytes[i]);
            }
            int rest = Math.min(size, half + 10);
            out.write(bytes, rest, size - rest);
            assertThat(out.getPos()).isEqualTo(size);
        }
        return bytes;
    }

    @Test
    void writtenFilesAreReadBack() throws IOException {
        for (int size : new int[] {0, 1, 8 << 10, (8 << 10) + 1, 5 << 20}) {
            byte[] bytes = write("tables/a/f" + size, size);
            InputFile file = io.newInputFile(location("tables/a/f" + size));

            assertThat(file.getLength()).isEqualTo(size);
            try (SeekableInputStream in = file.newStream()) {
                assertThat(in.readAllBytes()).isEqualTo(bytes);
                assertThat(in.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void seeksAndRangesReadWhatIsThere() throws IOException {
        byte[] bytes = write("f", 300_000);
        try (SeekableInputStream in = io.newInputFile(location("f")).newStream()) {
            for (int position : new int[] {299_999, 0, 100_000, 100_005, 20_000}) {
                in.seek(position);
                assertThat(in.read()).isEqualTo(bytes[position] & 0xff);
                assertThat(in.getPos()).isEqualTo(position + 1);
            }
            byte[] range = new byte[1_000];
            ((RangeReadable) in).readFully(5_000, range);
            assertThat(range).isEqualTo(java.util.Arrays.copyOfRange(bytes, 5_000, 6_000));
            byte[] tail = new byte[8];
            ((RangeReadable) in).readTail(tail);
            assertThat(tail).isEqualTo(java.util.Arrays.copyOfRange(bytes, 299_992, 300_000));
            assertThatThrownBy(() -> ((RangeReadable) in).readFully(299_999, range))
                    .isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> in.seek(300_001)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aFileThatIsNotThereIsSaidToBeMissing() {
        InputFile file = io.newInputFile(location("nope"));

        assertThat(file.exists()).isFalse();
        assertThatThrownBy(file::newStream).isInstanceOf(NotFoundException.class);
        io.deleteFile(location("nope"));
    }

    @Test
    void creatingWhatExistsIsRefused() throws IOException {
        write("f", 10);

        assertThatThrownBy(() -> io.newOutputFile(location("f")).create())
                .isInstanceOf(AlreadyExistsException.class);
        io.deleteFile(location("f"));
        assertThat(io.newInputFile(location("f")).exists()).isFalse();
    }

    @Test
    void aFileIsTheSameHoweverItsLocationIsSpelled() throws IOException {
        byte[] bytes = write("t/x y/f+ü=%2F.parquet", 10);
        assertThat(directory.resolve("t/x y/f+ü=%2F.parquet")).hasBinaryContent(bytes);
        for (String root :
                List.of(
                        "file:" + directory,
                        "file://" + directory,
                        directory.toString(),
                        directory + "/",
                        directory.toUri().toString())) {
            InputFile file = io.newInputFile(root + "/t//x y/f+ü=%2F.parquet");
            assertThat(file.getLength()).as(root).isEqualTo(10);
            assertThat(file.location()).startsWith(root);
        }

        io.deleteFile("file:" + directory + "//t/x y/f+ü=%2F.parquet");

        assertThat(directory.resolve("t/x y/f+ü=%2F.parquet")).doesNotExist();
    }

    @Test
    void locationsOutsideTheBucketAreRefused() {
        String inside = directory.toString();
        for (String location :
                List.of(
                        "file:///elsewhere/f",
                        "file:" + directory.getParent() + "/f",
                        inside + "0/f",
                        inside + "/../f",
                        inside + "/x/../../f",
                        inside + "/%2e%2e/f",
                        inside,
                        inside + "/",
                        "s3://bucket" + inside + "/f",
                        "f")) {
            assertThatThrownBy(() -> io.newInputFile(location))
                    .as(location)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> io.newOutputFile(location))
                    .as(location)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> io.deleteFile(location))
                    .as(location)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nothingIsChangedThroughASymbolicLink() throws IOException {
        Path outside = Files.createDirectory(directory.resolveSibling("outside"));
        Files.writeString(outside.resolve("f"), "kept");
        Files.createDirectories(directory.resolve("t"));
        Files.createSymbolicLink(directory.resolve("t/link"), outside);
        Files.createSymbolicLink(directory.resolve("t/file"), outside.resolve("f"));

        for (String key : List.of("t/link/f", "t/link/new", "t/link/deeper/f")) {
            assertThatThrownBy(() -> io.deleteFile(location(key)))
                    .isInstanceOf(ForbiddenException.class);
            assertThatThrownBy(() -> io.newOutputFile(location(key)))
                    .isInstanceOf(ForbiddenException.class);
        }
        io.deleteFile(location("t/file"));

        assertThat(directory.resolve("t/file")).doesNotExist();
        assertThat(outside.resolve("f")).hasContent("kept");
    }
}
