package io.oxbow.catalog;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * A file IO for one table: reads stay below where all tables lie, writes and deletions stay in the
 * table's own folder.
 */
final class ConfinedFileIO implements FolderIO {

    private static final long serialVersionUID = 1;

    private final transient FileIO io;
    private final transient Location readable;
    private final transient Location writable;

    /**
     * @param io is not closed with this
     */
    ConfinedFileIO(FileIO io, Location readable, Location writable) {
        this.io = io;
        this.readable = readable;
        this.writable = writable;
    }

    private static String within(Location folder, String location) {
        if (!folder.contains(Location.of(location))) {
            throw new ForbiddenException("'%s' does not lie in %s", location, folder);
        }
        return location;
    }

    @Override
    public InputFile newInputFile(String location) {
        return io.newInputFile(within(readable, location));
    }

    @Override
    public InputFile newInputFile(String location, long length) {
        return io.newInputFile(within(readable, location), length);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return io.newOutputFile(within(writable, location));
    }

    @Override
    public void deleteFile(String location) {
        io.deleteFile(within(writable, location));
    }

    @Override
    public void deleteAll(Collection<String> locations) {
        locations.forEach(location -> within(writable, location));
        if (io instanceof FolderIO folders) {
            folders.deleteAll(locations);
        } else {
            locations.forEach(io::deleteFile);
        }
    }

    @Override
    public List<StoredFile> list(String folder) {
        if (!writable.equals(Location.of(folder))) {
            within(writable, folder);
        }
        if (io instanceof FolderIO folders) {
            return folders.list(folder);
        }
        throw new UnsupportedOperationException("files of " + folder + " cannot be listed");
    }

    @Override
    public Map<String, String> properties() {
        return io.properties();
    }

    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException("a table's files stay in their process: " + writable);
    }
}
