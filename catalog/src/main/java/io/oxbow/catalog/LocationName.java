package io.oxbow.catalog;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Makes folder names of namespaces and tables: harmless in any file system or URI, and short enough
 * for one.
 */
final class LocationName {

    private static final int LENGTH_MAX = 120;

    private LocationName() {}

    /** Returns the name itself if it is harmless; else a likeness that still differs by name. */
    static String of(String name) {
        String safe = name.replaceAll("[^A-Za-z0-9_.-]", "_");
        if (safe.equals(name) && !safe.startsWith(".") && safe.length() <= LENGTH_MAX) {
            return safe;
        }
        safe = safe.substring(0, Math.min(safe.length(), LENGTH_MAX));
        CRC32C crc = new CRC32C();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return "%s-%08x".formatted(safe.replaceAll("^\\.+", "_"), crc.getValue());
    }
}
