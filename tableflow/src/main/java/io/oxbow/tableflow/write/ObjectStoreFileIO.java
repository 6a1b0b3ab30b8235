package io.oxbow.tableflow.write;

import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.List;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's files through the one way to the bucket. Locations are absolute URIs that begin with
 * the store's own. Thread-safe; it does not own the store.
 */
public final class ObjectStoreFileIO implements FileIO {

    private static final long serialVersionUID = 1L;

    // Iceberg wants file IOs to be serializable, for engines that ship them; this one stays home.
    private final transient ObjectStore store;
    private final String root;

    public ObjectStoreFileIO(ObjectStore store) {
        this.store = store;
        String location = store.location().toString();
        this.root = location.endsWith("/") ? location : location + "/";
    }

    /** The absolute location of a key. */
    public String location(String key) {
        return root + key;
    }

    private String key(String location) {
        if (location.startsWith(root) && location.length() > root.length()) {
            return location.substring(root.length());
        }
        throw new IllegalArgumentException(
                "'%s' does not lie in the bucket at %s".formatted(location, root));
    }

    @Override
    public InputFile newInputFile(String location) {
        return new ObjectInputFile(store, key(location), location, ObjectInputFile.UNKNOWN);
    }

    @Override
    public InputFile newInputFile(String location, long length) {
        return new ObjectInputFile(store, key(location), location, length);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        String key = key(location);
        return new ObjectOutputFile(store, key, location);
    }

    @Override
    public void deleteFile(String location) {
        switch (store.delete(List.of(key(location)))) {
            case ObjectStore.DeleteResult.Done ignored -> {}
            case ObjectStore.DeleteResult.Unknown unknown ->
                    throw failure("delete", location, unknown.cause());
        }
    }

    static RuntimeIOException failure(
            String what, String location, @Nullable StoreException cause) {
        var io =
                new java.io.IOException(
                        "%s of %s failed%s"
                                .formatted(
                                        what,
                                        location,
                                        cause == null ? "" : ": " + cause.getMessage()),
                        cause);
        return new RuntimeIOException(io);
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException(
                "a file IO over an open store stays in its process; it is at " + root);
    }
}
