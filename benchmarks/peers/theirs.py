"""Compares pairs of files with DeepFace.verify; runs in DeepFace's own environment.

`--one-thread` gives the inference engine and OpenCV one thread each.
"""

import sys

from answer import answer


def main() -> None:
    """Answer until the input ends."""
    if "--one-thread" in sys.argv:
        _one_thread()
    from deepface import DeepFace

    def compare(a: str, b: str) -> "float | None":
        try:
            found = DeepFace.verify(a, b, model_name="SFace", detector_backend="yunet", silent=True)
        except ValueError:  # of which the error for a face that is not found is one
            return None
        return 1.0 - float(found["distance"])

    answer(compare)


def _one_thread() -> None:
    import cv2
    import onnxruntime

    class OneThread(onnxruntime.SessionOptions):
        def __init__(self) -> None:
            super().__init__()
            self.intra_op_num_threads = 1
            self.inter_op_num_threads = 1

    onnxruntime.SessionOptions = OneThread
    cv2.setNumThreads(1)


if __name__ == "__main__":
    main()
