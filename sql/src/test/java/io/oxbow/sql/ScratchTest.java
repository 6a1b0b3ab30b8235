package io.oxbow.sql;

import java.nio.file.*;
import org.junit.jupiter.api.*;
import org.junit.jupiter.api.io.TempDir;

final class ScratchTest {
    @TempDir Path directory;

    @Test
    void x() throws Exception {
        TypesTest t = new TypesTest();
        t.directory = directory;
        t.write();
        var f = TypesTest.class.getDeclaredField("lake");
        f.setAccessible(true);
        Lake lake = (Lake) f.get(t);
        for (String q : Files.readString(Path.of("/tmp/q.sql")).split(";\n")) {
            System.out.println("### " + q);
            try {
                lake.query(q).forEach(System.out::println);
            } catch (QueryException e) {
                System.out.println("!! " + e.getMessage());
            } catch (Throwable e) {
                e.printStackTrace(System.out);
            }
        }
        t.close();
    }
}
