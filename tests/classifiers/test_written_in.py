"""What a post is written in: languages that are not read are told, Chinese never is."""

from __future__ import annotations

import pytest

from classifiers.written_in import unread_language


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("当院では防護服とマスクが不足しています。ご支援をお願いします", "Japanese"),
        ("マスク足りない、助けてください", "Japanese"),
        ("Our hospital is out of gowns and face shields, please help", "Latin"),
        (
            "Nurses in Wuhan 武汉 need N95 masks, gowns, goggles and gloves right now please",
            "Latin",
        ),
        ("#武汉加油 please send masks to our ward today", "Latin"),
        ("Notre hôpital manque de masques et de blouses", "Latin"),
        ("우리 병원에 마스크가 부족합니다 도와주세요", "Korean"),
        ("В нашей больнице нет масок и перчаток", "Cyrillic"),
        ("مستشفانا يحتاج إلى كمامات", "Arabic"),
        ("โรงพยาบาลขาดแคลนหน้ากาก", "Thai"),
        ("Το νοσοκομείο χρειάζεται μάσκες", "other"),
    ],
)
def test_a_language_that_is_not_read_is_told(words: str, language: str) -> None:
    assert unread_language(words) == language


@pytest.mark.parametrize(
    "words",
    [
        "紫荆医院急需N95口罩、gown、face shield",
        "急需 N95 mask, gown, face shield, goggles, gloves",
        "紫荊醫院急需隔離衣",
        "求助 isolation gown 200件 face shield 100个",
        "優の良品旗舰店捐口罩",
        "OK",
        "😷😷😷",
        "https://example.org/one/two/three?four=five",
        "@one @two @three @four @five @six",
        "",
    ],
)
def test_chinese_is_read_and_few_letters_tell_nothing(words: str) -> None:
    assert unread_language(words) is None
