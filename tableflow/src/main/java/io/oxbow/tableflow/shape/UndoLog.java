package io.oxbow.tableflow.shape;

import java.util.ArrayList;
import java.util.List;

/** Undo log of a shape's changes, newest first. */
final class UndoLog {

    private final List<Runnable> undo = new ArrayList<>();

    void changed(Runnable takeBack) {
        undo.add(takeBack);
    }

    int size() {
        return undo.size();
    }

    /** Undoes all changes but the first {@code size}. */
    void takeBack(int size) {
        while (undo.size() > size) {
            undo.removeLast().run();
        }
    }
}
