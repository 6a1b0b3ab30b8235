package io.oxbow.tableflow.write;

import io.oxbow.s3stream.store.ObjectStore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** Opens an object for Iceberg's readers. */
final class ObjectInputFile implements InputFile {

    static final long UNKNOWN = -1;

    private final ObjectStore store;
    private final String key;
    private final String location;
    private final AtomicLong length;

    ObjectInputFile(ObjectStore store, String key, String location, long length) {
        this.store = store;
        this.key = key;
        this.location = location;
        this.length = new AtomicLong(length);
    }

    @Override
    public long getLength() {
        if (length.get() == UNKNOWN) {
            switch (store.head(key)) {
                case ObjectStore.HeadResult.Found found -> length.set(found.size());
                case ObjectStore.HeadResult.NotFound ignored ->
                        throw new NotFoundException("File does not exist: %s", location);
                case ObjectStore.HeadResult.Unavailable unavailable ->
                        throw ObjectStoreFileIO.failure("head", location, unavailable.cause());
            }
        }
        return length.get();
    }

    @Override
    public SeekableInputStream newStream() {
        return new ObjectInputStream(store, key, location, getLength());
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public boolean exists() {
        return switch (store.head(key)) {
            case ObjectStore.HeadResult.Found ignored -> true;
            case ObjectStore.HeadResult.NotFound ignored -> false;
            case ObjectStore.HeadResult.Unavailable unavailable ->
                    throw ObjectStoreFileIO.failure("head", location, unavailable.cause());
        };
    }
}
