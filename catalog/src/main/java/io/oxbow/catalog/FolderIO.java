package io.oxbow.catalog;

import java.util.Collection;
import java.util.List;
import org.apache.iceberg.io.FileIO;

/** A file IO that can list a folder, and delete many files by one request. Thread-safe. */
public interface FolderIO extends FileIO {

    /**
     * A file that is there.
     *
     * @param size in bytes
     */
    record StoredFile(String location, long size) {}

    /** Returns the files below a folder. */
    List<StoredFile> list(String folder);

    /** Deletes files; those that are not there count as deleted. */
    void deleteAll(Collection<String> locations);
}
