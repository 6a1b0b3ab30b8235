package io.oxbow.tableflow.write;

import io.oxbow.catalog.FolderIO;
import io.oxbow.catalog.Location;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's file IO through the object store. Locations lie below the store's own location, in
 * whatever spelling. Thread-safe; it does not own the store.
 */
public final class ObjectStoreFileIO implements FolderIO {

    private static final long serialVersionUID = 1L;

    /** Most files that are listed by one request. */
    private static final int PAGE = 1_000;

    // Iceberg wants file IOs to be serializable, for engines that ship them; this one stays home.
    private final transient ObjectStore store;
    private final transient Location root;
    private final transient Location escapedRoot;

    public ObjectStoreFileIO(ObjectStore store) {
        this.store = store;
        URI uri = store.location();
        // Engines take locations as they stand, so the store's location is given unescaped.
        this.root =
                Location.of(
                        "file".equals(uri.getScheme())
                                ? Path.of(uri).toString()
                                : uri.getScheme() + "://" + uri.getAuthority() + uri.getPath());
        this.escapedRoot = Location.of(uri.toString());
    }

    /** Returns the location of the store. */
    public Location location() {
        return root;
    }

    private String key(String location) {
        Location file = Location.of(location);
        // Older tables in a directory with, say, a space in its name have it escaped.
        return (escapedRoot.contains(file) ? escapedRoot : root).keyOf(file);
    }

    /** Returns the key of a file to be written or deleted, which is reached by no symbolic link. */
    private String keyToChange(String location) {
        String key = key(location);
        if (root.isLocal()) {
            Path file = root.path().resolve(key);
            Path top = root.path();
            for (Path folder = file.getParent();
                    folder != null && folder.startsWith(top) && !folder.equals(top);
                    folder = folder.getParent()) {
                if (Files.isSymbolicLink(folder)) {
                    throw new ForbiddenException(
                            "'%s' is reached by a symbolic link, %s", location, folder);
                }
            }
        }
        return key;
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
        return new ObjectOutputFile(store, keyToChange(location), location);
    }

    @Override
    public void deleteFile(String location) {
        switch (store.delete(List.of(keyToChange(location)))) {
            case ObjectStore.DeleteResult.Done ignored -> {}
            case ObjectStore.DeleteResult.Unknown unknown ->
                    throw failure("delete", location, unknown.cause());
        }
    }

    @Override
    public void deleteAll(Collection<String> locations) {
        List<String> keys = locations.stream().map(this::keyToChange).toList();
        switch (store.delete(keys)) {
            case ObjectStore.DeleteResult.Done ignored -> {}
            case ObjectStore.DeleteResult.Unknown unknown ->
                    throw failure("delete", keys.size() + " files", unknown.cause());
        }
    }

    @Override
    public List<StoredFile> list(String folder) {
        String prefix = key(folder) + "/";
        String top = root.toString().endsWith("/") ? root.toString() : root + "/";
        List<StoredFile> files = new ArrayList<>();
        String last = "";
        List<ObjectStore.ObjectSummary> page;
        do {
            page = page(folder, prefix, last);
            for (ObjectStore.ObjectSummary object : page) {
                files.add(new StoredFile(top + object.key(), object.size()));
                last = object.key();
            }
        } while (!page.isEmpty());
        return files;
    }

    private List<ObjectStore.ObjectSummary> page(String folder, String prefix, String last) {
        return switch (store.list(prefix, last, PAGE)) {
            case ObjectStore.ListResult.Listed listed -> listed.objects();
            case ObjectStore.ListResult.Unavailable unavailable ->
                    throw failure("list", folder, unavailable.cause());
        };
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
