package io.oxbow.s3stream.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.PutResult;
import io.oxbow.s3stream.store.ObjectStoreContract;
import io.oxbow.s3stream.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalObjectStoreTest extends ObjectStoreContract {

    @TempDir Path directory;

    @Override
    protected ObjectStore open() {
        return LocalObjectStore.open(directory.resolve("bucket"));
    }

    @Test
    void locationIsAnAbsoluteFileUri() {
        try (var store = LocalObjectStore.open(directory.resolve("with space"))) {
            assertThat(store.location().toString())
                    .startsWith("file:///")
                    .endsWith("/with%20space");
            assertThat(Path.of(store.location())).isDirectory();
        }
    }

    @Test
    void temporaryFilesOfTheDeadAreRemovedAndThoseOfTheLivingAreNot() throws IOException {
        try (var living = LocalObjectStore.open(directory.resolve("b"))) {
            Path temporaries = directory.resolve("b/.oxbow-tmp");
            Path dead = Files.createDirectory(temporaries.resolve("1-1-gone"));
            Files.writeString(dead.resolve("0"), "half an obj");
            Files.createFile(temporaries.resolve("1-1-gone.lock"));
            try (var ignored = LocalObjectStore.open(directory.resolve("b"))) {
                assertThat(dead).doesNotExist();
                assertThat(temporaries.resolve("1-1-gone.lock")).doesNotExist();
                assertThat(living.put("k", body("still works"))).isEqualTo(new PutResult.Done());
            }
        }
        try (var left = Files.list(directory.resolve("b/.oxbow-tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void noTemporaryFileIsLeftByAnyWrite() throws IOException {
        try (var store = LocalObjectStore.open(directory.resolve("t"))) {
            store.put("k", body("1"));
            store.put("k", body("2"));
            store.putIfAbsent("k", body("3"));
            store.putIfAbsent("l", body("4"));
            try (var files = Files.walk(directory.resolve("t/.oxbow-tmp"))) {
                assertThat(files.filter(Files::isRegularFile).map(Path::toString))
                        .allMatch(name -> name.endsWith(".lock"));
            }
        }
    }

    /** Tests sizes around the chunk and the block in which large bodies are written. */
    @ParameterizedTest
    @ValueSource(ints = {(1 << 20) - 1, 1 << 20, (1 << 20) + 1, (1 << 20) + 4096, (3 << 20) + 4095})
    void aLargeBodyOfOddPiecesIsWrittenAsItIs(int size) {
        var random = new Random(size);
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int from = 0; from < size; ) {
            int length = Math.min(size - from, random.nextInt(40_000));
            // Content that does not begin where its buffer does, on the heap and off it.
            ByteBuffer piece =
                    random.nextBoolean()
                            ? ByteBuffer.allocate(length + 7)
                            : ByteBuffer.allocateDirect(length + 7);
            pieces.add(piece.position(3).put(3, bytes, from, length).limit(3 + length));
            from += length;
        }
        try (var store = LocalObjectStore.open(directory.resolve("large"))) {
            assertThat(store.put("k", pieces)).isEqualTo(new PutResult.Done());
            assertThat(store.get("k"))
                    .isEqualTo(new ObjectStore.GetResult.Found(ByteBuffer.wrap(bytes)));
            assertThat(pieces).allMatch(piece -> piece.position() == 3);
        }
    }

    @Test
    void aKeyBelowAnotherObjectIsNotApplied() {
        try (var store = LocalObjectStore.open(directory.resolve("n"))) {
            store.put("a", body("x"));
            store.put("dir/b", body("x"));
            assertThat(store.put("a/b", body("y"))).isInstanceOf(PutResult.NotApplied.class);
            assertThat(store.putIfAbsent("a/b", body("y")))
                    .isInstanceOf(CreateResult.NotApplied.class);
            assertThat(store.putIfAbsent("dir", body("y")))
                    .isInstanceOf(CreateResult.NotApplied.class);
            assertThat(store.put("dir", body("y"))).isInstanceOf(PutResult.NotApplied.class);
            assertThat(store.get("dir/b")).isEqualTo(found("x"));
        }
    }

    @Test
    void deletingAnEmptyDirectoryIsNotDeletingAnObject() throws IOException {
        try (var store = LocalObjectStore.open(directory.resolve("e"))) {
            store.put("dir/b", body("x"));
            store.delete(List.of("dir/b"));
            store.delete(List.of("dir"));
            assertThat(directory.resolve("e/dir")).isDirectory();
        }
    }

    @Test
    void theNamesOfTemporaryFilesAreNoKeys() {
        try (var store = LocalObjectStore.open(directory.resolve("r"))) {
            assertThatThrownBy(() -> store.put(".oxbow-tmp/x", body("x")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> LocalObjectStore.open(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString());
    }
}
