package io.meshtransformer.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    @TempDir
    Path directory;

    @Test
    void aFileIsWrittenOnce() throws IOException {
        var file = directory.resolve("file");
        DurableFiles.write(file, "grün");
        assertThat(file).hasContent("grün");
        assertThatThrownBy(() -> DurableFiles.write(file, "rot")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("grün");
    }

    @Test
    void aFileIsReplacedAndNothingStaysBeside() throws IOException {
        var file = directory.resolve("file");
        DurableFiles.replace(file, "first".getBytes(StandardCharsets.UTF_8));
        DurableFiles.replace(file, "second".getBytes(StandardCharsets.UTF_8));
        assertThat(file).hasContent("second");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void whatCannotTakeItsPlaceIsRemoved() throws IOException {
        var occupied = Files.createDirectories(directory.resolve("occupied/by"));
        assertThatThrownBy(() -> DurableFiles.replace(occupied.getParent(), new byte[1]))
                .isInstanceOf(IOException.class);
        assertThat(names()).containsExactly("occupied");
    }

    @Test
    void aStreamIsCopiedAndItsProgressTold() throws IOException {
        var content = new byte[(1 << 20) + 7];
        content[1 << 20] = 42;
        var progress = new ArrayList<Long>();
        var bytes = DurableFiles.copy(new ByteArrayInputStream(content), directory.resolve("copy"), progress::add);
        assertThat(bytes).isEqualTo(content.length);
        assertThat(progress).endsWith((long) content.length).isSorted();
        assertThat(directory.resolve("copy")).hasBinaryContent(content);
    }

    @Test
    void aDirectoryAppearsWholeUnderItsName() throws IOException {
        var aside = Files.createDirectories(directory.resolve(".aside/in"));
        DurableFiles.write(aside.resolve("file"), "content");
        DurableFiles.publish(aside.getParent(), directory.resolve("name"));
        assertThat(names()).containsExactly("name");
        assertThat(directory.resolve("name/in/file")).hasContent("content");
    }

    @Test
    void aTreeIsDeletedButNotWhatItLinksTo() throws IOException {
        var kept = Files.createDirectories(directory.resolve("kept"));
        DurableFiles.write(kept.resolve("file"), "content");
        var tree = Files.createDirectories(directory.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("link"), kept);
        DurableFiles.deleteTree(tree);
        DurableFiles.deleteTree(tree);
        assertThat(names()).containsExactly("kept");
        assertThat(kept.resolve("file")).hasContent("content");
    }

    @Test
    void aDirectoryThatIsNotThereIsNotBroughtToTheDisk() {
        assertThatThrownBy(() -> DurableFiles.force(directory.resolve("absent")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aLockHasOneOwnerAtATime() throws IOException {
        var file = directory.resolve("lock");
        var owner = DirectoryLock.tryTake(file).orElseThrow();
        assertThat(DirectoryLock.tryTake(file)).isEmpty();
        owner.close();
        DirectoryLock.tryTake(file).orElseThrow().close();
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
